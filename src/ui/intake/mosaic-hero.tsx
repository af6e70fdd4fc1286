import { useEffect, useRef } from 'react';
import { classesOf } from '../classes.ts';
import { drawSample, SAMPLE_HEIGHT, SAMPLE_WIDTH } from '../sample-picture.ts';
import { drawMosaic } from './draw-mosaic.ts';
import styles from './mosaic-hero.module.css';

const cx = classesOf(styles);

const WIDTH = SAMPLE_WIDTH * 4;
const HEIGHT = SAMPLE_HEIGHT * 4;

/** What Tessera does, without a word: the sample picture as a mosaic whose stones become finer to the right. */
export function MosaicHero() {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = ref.current?.getContext('2d');
    if (!context) return;
    const picture = new OffscreenCanvas(WIDTH, HEIGHT);
    const inside = picture.getContext('2d');
    if (!inside) return;
    drawSample(inside, WIDTH);
    drawMosaic(context, picture);
  }, []);
  return <canvas ref={ref} className={cx('hero')} width={WIDTH} height={HEIGHT} aria-hidden />;
}
