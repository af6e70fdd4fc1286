import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Comparison, Sample } from '../../state/compare.ts';
import type { Catalog } from '../../state/contracts.ts';
import { recipeModel } from '../../state/recipe-model.ts';
import type { Ticket } from '../../state/registry.ts';
import { useActions, useApp, useAppObject } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Segmented } from '../controls/segmented.tsx';
import { durationText } from '../words.ts';
import styles from './compare-dialog.module.css';

const cx = classesOf(styles);

const ZOOMS = [1, 2, 3, 4] as const;
/** CSS pixels that one arrow key moves the samples by. */
const PAN_STEP_PX = 32;

/** Where the samples are looked at: the same place in all of them, in CSS pixels from the middle. */
type Pan = { readonly x: number; readonly y: number };

type SamplesProps = {
  readonly comparison: NonNullable<Comparison>;
  readonly onBack: () => void;
  readonly onClose: () => void;
};

/** The models' answers side by side, moved and zoomed together. */
export function Samples({ comparison, onBack, onClose }: SamplesProps) {
  const catalog = useApp((state) => state.catalog);
  const [zoom, setZoom] = useState<number>(1);
  const [pan, setPan] = useState<Pan>({ x: 0, y: 0 });
  const { choose } = useActions();
  const { region, samples } = comparison;
  const scaleOf = (model: string) => recipeModel(model, catalog)?.scale ?? 1;
  // All are shown as large as the largest, so that the same thing is at the same place.
  const largest = Math.max(...samples.map(({ model }) => scaleOf(model)));
  const size = {
    width: (region.width * largest * zoom) / devicePixelRatio,
    height: (region.height * largest * zoom) / devicePixelRatio,
  };
  const move = (dx: number, dy: number) =>
    setPan(({ x, y }) => ({ x: limited(x + dx, size.width / 2), y: limited(y + dy, size.height / 2) }));
  const done = samples.filter(({ made }) => made.kind === 'done').length;
  const ended = samples.every(({ made }) => made.kind === 'done' || made.kind === 'failed');
  return (
    <>
      <div className={cx('bar')}>
        <Segmented
          legend="Zoom"
          legendHidden
          segments={ZOOMS.map((value) => ({ value, label: `${value}:1` }))}
          value={zoom}
          onChoose={setZoom}
        />
        <Button look="outlined" onClick={onBack}>
          {ended ? 'Other part or models' : 'Cancel'}
        </Button>
      </div>
      <p className={cx('hint')} role="status">
        {ended ? 'Drag to look around; all move together.' : `${done} of ${samples.length} are done.`}
      </p>
      <div className={cx('grid')} data-count={samples.length}>
        {samples.map((sample) => (
          <section key={sample.model} className={cx('sample')} aria-label={nameOf(sample, catalog)}>
            <Sight sample={sample} size={size} pan={pan} pixelated={zoom > 1} onMove={move} />
            <div className={cx('caption')}>
              <span>
                <strong className={cx('name')}>{nameOf(sample, catalog)}</strong>{' '}
                <span className={cx('quiet')}>
                  {scaleOf(sample.model)}×{sample.made.kind === 'done' && `, ${durationText(sample.made.ms)}`}
                </span>
              </span>
              <Button
                look="outlined"
                disabled={sample.made.kind === 'failed'}
                aria-label={`Use this: ${nameOf(sample, catalog)}`}
                onClick={() => {
                  choose({ model: sample.model, scale: null });
                  onClose();
                }}
              >
                Use this
              </Button>
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

type SightProps = {
  readonly sample: Sample;
  readonly size: { readonly width: number; readonly height: number };
  readonly pan: Pan;
  readonly pixelated: boolean;
  readonly onMove: (dx: number, dy: number) => void;
};

function Sight({ sample: { made }, size, pan, pixelated, onMove }: SightProps) {
  function onKeyDown(event: KeyboardEvent) {
    const [dx, dy] = {
      ArrowLeft: [PAN_STEP_PX, 0],
      ArrowRight: [-PAN_STEP_PX, 0],
      ArrowUp: [0, PAN_STEP_PX],
      ArrowDown: [0, -PAN_STEP_PX],
    }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    onMove(dx ?? 0, dy ?? 0);
  }
  const drag = (event: PointerEvent) => event.buttons > 0 && onMove(event.movementX, event.movementY);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this groups the sample and its pan keys
    <div
      className={cx('sight')}
      role="group"
      aria-label="Sample. Arrow keys move all."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, this is how the samples are moved
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    >
      {made.kind === 'waiting' && <p className={cx('state')}>Waits for the one before</p>}
      {made.kind === 'running' && <p className={cx('state')}>Running</p>}
      {made.kind === 'failed' && (
        <p className={cx('state')}>
          {made.error.message} {made.error.nextStep}
        </p>
      )}
      {made.kind === 'done' && <Painted ticket={made.bitmap} size={size} pan={pan} pixelated={pixelated} />}
    </div>
  );
}

type PaintedProps = Pick<SightProps, 'size' | 'pan' | 'pixelated'> & { readonly ticket: Ticket };

function Painted({ ticket, size, pan, pixelated }: PaintedProps) {
  const { pictures } = useAppObject();
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const bitmap = pictures.samples.peek(ticket);
    const target = canvas.current;
    if (!bitmap || !target) return;
    Object.assign(target, { width: bitmap.width, height: bitmap.height });
    target.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [pictures, ticket]);
  return (
    <canvas
      ref={canvas}
      className={cx('painted', pixelated && 'pixelated')}
      data-testid="sample"
      style={{ ...size, translate: `calc(-50% + ${pan.x}px) calc(-50% + ${pan.y}px)` }}
    />
  );
}

function nameOf({ model }: Sample, catalog: Catalog): string {
  return recipeModel(model, catalog)?.name ?? model;
}

function limited(value: number, most: number): number {
  return Math.min(Math.max(value, -most), most);
}
