import { useLayoutEffect, useRef } from 'react';
import type { MosaicBand } from '../../state/mosaic.ts';
import { classesOf } from '../classes.ts';
import { drawBar, drawPlan } from './draw-plan.ts';
import styles from './mosaic.module.css';

const cx = classesOf(styles);

type MosaicProps = {
  readonly bands: readonly MosaicBand[];
  /** Of the source, in source pixels: what the bands are measured in. */
  readonly size: { readonly width: number; readonly height: number };
  /** How far a download is, 0..1, as long as there is no plan. */
  readonly download: number;
};

/** The plan as a small mosaic: one cell for each tile, in its place, filled when it is done. */
export function Mosaic({ bands, size, download }: MosaicProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (bands.length > 0) drawPlan(context, bands, size.height, ratio);
    else drawBar(context, download);
  });
  return (
    <canvas
      ref={ref}
      className={cx('mosaic', bands.length === 0 && 'waiting')}
      // Tall pictures would push everything else out of sight: their mosaic is flattened, with all cells in place.
      style={{ aspectRatio: `${Math.max(size.width / size.height, 3)}` }}
      data-testid="mosaic"
      aria-hidden
    />
  );
}
