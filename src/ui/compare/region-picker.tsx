import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import { movedRegion } from '../../state/compare.ts';
import type { Picture } from '../../state/job.ts';
import type { Region } from '../../state/pictures.ts';
import { useAppObject } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { sizeText } from '../words.ts';
import styles from './compare-dialog.module.css';

const cx = classesOf(styles);

/** Longest side of the small picture, in CSS pixels. */
const SIDE_PX = 260;
/** Share of the region's side that an arrow key moves it by. */
const STEP = 1 / 8;

type RegionPickerProps = {
  readonly picture: Picture;
  readonly region: Region;
  readonly onMove: (region: Region) => void;
};

/** The whole picture, small, with a frame around the part that is compared. */
export function RegionPicker({ picture, region, onMove }: RegionPickerProps) {
  const { pictures } = useAppObject();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = picture.inspection;
  const factor = Math.min(1, SIDE_PX / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
  useEffect(() => {
    const bitmap = pictures.sources.peek(picture.source)?.bitmap;
    const context = canvas.current?.getContext('2d');
    if (!bitmap || !context) return;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, context.canvas.width, context.canvas.height);
  }, [pictures, picture.source]);

  function onKeyDown(event: KeyboardEvent) {
    const step = Math.max(1, region.width * STEP);
    const [dx, dy] = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    onMove(movedRegion(region, dx ?? 0, dy ?? 0, picture));
  }

  /** The frame's middle goes to where the pointer is. */
  function follow(event: PointerEvent<HTMLElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    onMove(movedRegion(region, x - region.x - region.width / 2, y - region.y - region.height / 2, picture));
  }

  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <div className={cx('picker')}>
      <div
        className={cx('map')}
        style={{ aspectRatio: `${width} / ${height}`, width: size.width }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={(event) => event.buttons > 0 && follow(event)}
      >
        <canvas ref={canvas} className={cx('whole')} width={size.width} height={size.height} aria-hidden />
        <button
          type="button"
          className={cx('frame')}
          aria-label={`Part to compare, ${sizeText(region.width, region.height)} pixels from ${region.x}, ${region.y}. Arrow keys move it.`}
          style={{
            left: share(region.x, width),
            top: share(region.y, height),
            width: share(region.width, width),
            height: share(region.height, height),
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <p className={cx('hint')}>
        Drag the frame to a part that matters: faces, text, leaves. Each model runs on these{' '}
        {sizeText(region.width, region.height)} pixels, one after the other.
      </p>
    </div>
  );
}
