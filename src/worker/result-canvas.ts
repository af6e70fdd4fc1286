import { defined } from '../base/assert.ts';
import { asBytes } from '../base/samples.ts';
import { probeCanvas, releaseCanvas } from '../formats/canvas.ts';
import { encodeCanvas, flattenOnWhite } from '../formats/encode.ts';
import type { FormatWarning, OutputFormat } from '../formats/picture-types.ts';
import type { Band } from '../tiling/stitch.ts';

/** A finished part of the picture, small enough for the screen. */
export type RowsPreview = {
  readonly y: number;
  readonly height: number;
  readonly outputWidth: number;
  readonly outputHeight: number;
  readonly preview: ImageBitmap;
};

/** The canvas on which finished rows are put together: gives previews, the encoded file and the picture itself. */
export class ResultCanvas {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #previewRatio: number;

  /**
   * @param previewSidePx longest side of the whole picture in previews; 0 for no previews.
   * @throws TesseraError `output-too-large` when this browser has no canvas of that size.
   */
  constructor(width: number, height: number, previewSidePx: number) {
    this.#canvas = probeCanvas(width, height);
    this.#context = defined(this.#canvas.getContext('2d', { willReadFrequently: true }), 'the 2D context');
    this.#previewRatio = Math.min(1, previewSidePx / Math.max(width, height));
  }

  /** Puts the rows where they belong, in 8 bits; gives their preview, null when none are wanted. */
  async put(band: Band): Promise<RowsPreview | null> {
    const rows = new ImageData(asBytes(band.data), band.width, band.height);
    this.#context.putImageData(rows, 0, band.y);
    if (this.#previewRatio === 0) return null;
    const preview = await createImageBitmap(rows, {
      resizeWidth: Math.max(1, Math.round(band.width * this.#previewRatio)),
      resizeHeight: Math.max(1, Math.round(band.height * this.#previewRatio)),
      resizeQuality: 'medium',
    });
    const { width: outputWidth, height: outputHeight } = this.#canvas;
    return { y: band.y, height: band.height, outputWidth, outputHeight, preview };
  }

  /** @throws TesseraError `output-too-large`, `out-of-memory` or `encode-failed`. */
  encode(format: OutputFormat, quality: number): Promise<Blob> {
    return encodeCanvas(this.#canvas, format, quality);
  }

  flatten(): FormatWarning {
    return flattenOnWhite(this.#canvas);
  }

  /** Hands the pixels over without a copy and leaves the canvas empty. */
  takePicture(): ImageBitmap {
    return this.#canvas.transferToImageBitmap();
  }

  release(): void {
    releaseCanvas(this.#canvas);
  }
}
