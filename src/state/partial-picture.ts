/** One `rows` event without its envelope: finished output rows at preview size. */
export type FinishedRows = {
  readonly y: number;
  readonly height: number;
  readonly outputWidth: number;
  readonly outputHeight: number;
  readonly preview: ImageBitmap;
};

/** The finished rows of a running job, gathered at preview size on one canvas. */
export class PartialPicture {
  private canvas: OffscreenCanvas | null = null;
  private readonly newCanvas: (width: number, height: number) => OffscreenCanvas;

  constructor(newCanvas: (width: number, height: number) => OffscreenCanvas) {
    this.newCanvas = newCanvas;
  }

  /** Paints the rows and closes their bitmap. */
  paint(rows: FinishedRows): void {
    const { preview, outputWidth, outputHeight } = rows;
    const ratio = preview.width / outputWidth;
    this.canvas ??= this.newCanvas(preview.width, Math.max(1, Math.round(outputHeight * ratio)));
    // Both edges are rounded, not edge and height: otherwise a hairline of nothing stays between two bands.
    const top = Math.round(rows.y * ratio);
    const bottom = Math.max(top + 1, Math.round((rows.y + rows.height) * ratio));
    this.canvas.getContext('2d')?.drawImage(preview, 0, top, this.canvas.width, bottom - top);
    preview.close();
  }

  /** The whole picture's area at preview size, empty below the finished rows; null before the first rows. */
  get image(): OffscreenCanvas | null {
    return this.canvas;
  }

  free(): void {
    // A canvas keeps its pixels until it is collected; shrinking it gives them back at once.
    if (this.canvas) this.canvas.width = this.canvas.height = 1;
    this.canvas = null;
  }
}
