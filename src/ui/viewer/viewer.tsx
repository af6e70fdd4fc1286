import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { pictureOf } from '../../state/job.ts';
import { useApp, useAppObject } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { sizeText } from '../words.ts';
import { Divider } from './divider.tsx';
import { paint } from './paint.ts';
import { type Scene, sceneOf } from './scene.ts';
import { useGestures } from './use-gestures.ts';
import { useView, type ViewMove } from './use-view.ts';
import { useViewKeys } from './use-view-keys.ts';
import { screenRect, visiblePart } from './view-transform.ts';
import styles from './viewer.module.css';
import { ZoomBar } from './zoom-bar.tsx';

const cx = classesOf(styles);

/** Device pixels that one arrow key moves the picture by, times the pixel ratio. */
const PAN_STEP_PX = 48;

/** The lowest table, in CSS pixels, on which the zoom bar does not take the picture's room. */
const ROOM_FOR_ZOOM_BAR_PX = 280;

/** The picture on its table: before, in the making, or before and after. Nothing where there is no picture. */
export function Viewer() {
  const { pictures } = useAppObject();
  const job = useApp((state) => state.job);
  const scene = sceneOf(job, pictures);
  const picture = pictureOf(job);
  if (!scene || !picture) return null;
  const label = `${picture.name}, ${sizeText(scene.content.width, scene.content.height)} pixels`;
  return <Table scene={scene} pictureKey={picture.source} label={label} />;
}

type TableProps = { readonly scene: Scene; readonly pictureKey: number; readonly label: string };

function Table({ scene, pictureKey, label }: TableProps) {
  const table = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [split, setSplit] = useState(0.5);
  const { sight, move, resize } = useView(scene.content, pictureKey);
  const ratio = window.devicePixelRatio;

  useLayoutEffect(() => {
    const element = table.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth, clientHeight } = element;
      const scale = window.devicePixelRatio;
      const viewport = { width: Math.round(clientWidth * scale), height: Math.round(clientHeight * scale) };
      const x = clientWidth < 600 ? 12 : 32;
      const y = clientHeight < ROOM_FOR_ZOOM_BAR_PX ? 12 : 68;
      resize(viewport, { x: x * scale, y: y * scale });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [resize]);

  // Without a list of dependencies: painting is cheap, and every render of this component is a change to paint.
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => {
      const target = canvas.current;
      const context = target?.getContext('2d');
      if (!target || !context) return;
      const { width, height } = sight.viewport;
      if (target.width !== width || target.height !== height) Object.assign(target, { width, height });
      paint(context, scene, sight.view, sight.viewport, split, window.devicePixelRatio);
    });
    return () => cancelAnimationFrame(frame);
  });

  useGestures(table, surface, move);
  useViewKeys(move);

  const part = visiblePart(screenRect(sight.view, sight.content, sight.viewport), sight.viewport);
  const span = {
    left: part.x / ratio,
    top: part.y / ratio,
    width: part.width / ratio,
    height: part.height / ratio,
  };
  return (
    <div className={cx('table')} ref={table}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this groups the picture and its pan keys */}
      <div
        className={cx('surface')}
        ref={surface}
        role="group"
        aria-label="Picture. Arrow keys move it."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, this is how a zoomed picture is moved
        tabIndex={0}
        onKeyDown={(event) => panByKey(event, move)}
        onDoubleClick={() => move({ kind: sight.view.fitted ? 'actual' : 'fit' })}
      >
        <canvas ref={canvas} className={cx('canvas')} data-testid="viewer" role="img" aria-label={label} />
      </div>
      {scene.kind === 'compare' && (
        <>
          <div className={cx('tags')} style={span}>
            <span className={cx('tag')}>Before</span>
            <span className={cx('tag')}>After</span>
          </div>
          <Divider split={split} span={span} onSplit={setSplit} />
        </>
      )}
      {sight.viewport.height / ratio >= ROOM_FOR_ZOOM_BAR_PX && (
        <ZoomBar zoom={sight.view.zoom} fitted={sight.view.fitted} move={move} />
      )}
    </div>
  );
}

function panByKey(event: KeyboardEvent, move: (step: ViewMove) => void): void {
  const step = PAN_STEP_PX * window.devicePixelRatio;
  const [dx, dy] = {
    ArrowLeft: [step, 0],
    ArrowRight: [-step, 0],
    ArrowUp: [0, step],
    ArrowDown: [0, -step],
  }[event.key] ?? [0, 0];
  if (!dx && !dy) return;
  event.preventDefault();
  move({ kind: 'pan', dx: dx ?? 0, dy: dy ?? 0 });
}
