import { TesseraError } from '../base/errors.ts';
import { sizeText } from './limits.ts';

/**
 * A clear canvas of this size in output pixels, with a 2D context kept in main memory, proved by its far corner:
 * browsers hand out dead canvases above limits of their own without a word. Throws `output-too-large`.
 */
export function probeCanvas(width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  if (canvas.width === width && canvas.height === height && holdsFarCorner(canvas)) return canvas;
  releaseCanvas(canvas);
  throw new TesseraError(
    'output-too-large',
    `The result would be ${sizeText(width, height)}, more than this browser can hold in one canvas now.`,
    'Choose a smaller scale, crop the picture first, or close other tabs and try again.',
    { width, height },
  );
}

function holdsFarCorner(canvas: OffscreenCanvas): boolean {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return false;
  const corner = [canvas.width - 1, canvas.height - 1, 1, 1] as const;
  try {
    context.fillStyle = '#fff';
    context.fillRect(...corner);
    const { data } = context.getImageData(...corner);
    context.clearRect(...corner);
    return data[3] === 255;
  } catch {
    return false;
  }
}

/** Gives a canvas's memory back now, and leaves it 1 × 1 and clear: Safari counts it until collection otherwise. */
export function releaseCanvas(canvas: OffscreenCanvas): void {
  canvas.width = 1;
  canvas.height = 1;
}
