import type { MosaicBand } from '../../state/mosaic.ts';

/** Below this many device pixels a cell is drawn without a gap to its neighbours. */
const MIN_GAPPED_PX = 5;

/** Draws a plain bar that is full at `share` 1: for what comes before there is a plan. */
export function drawBar(context: CanvasRenderingContext2D, share: number): void {
  const { width, height } = context.canvas;
  const style = getComputedStyle(context.canvas);
  context.fillStyle = style.getPropertyValue('--mosaic-todo');
  context.fillRect(0, 0, width, height);
  context.fillStyle = style.getPropertyValue('--mosaic-done');
  context.fillRect(0, 0, Math.round(width * share), height);
}

/** Draws one cell for each tile in its place. Colours come from the canvas's own custom properties. */
export function drawPlan(
  context: CanvasRenderingContext2D,
  bands: readonly MosaicBand[],
  pictureHeight: number,
  pixelRatio: number,
): void {
  const { width, height } = context.canvas;
  const style = getComputedStyle(context.canvas);
  const colour = (name: string) => style.getPropertyValue(name);
  context.clearRect(0, 0, width, height);
  const colours = {
    done: colour('--mosaic-done'),
    now: colour('--mosaic-now'),
    todo: colour('--mosaic-todo'),
  };
  const unit = height / pictureHeight;
  for (const band of bands) {
    const cellWidth = width / band.columns;
    const cellHeight = ((band.bottom - band.top) * unit) / band.rows;
    const gap = Math.min(cellWidth, cellHeight) < MIN_GAPPED_PX ? 0 : Math.max(1, Math.round(pixelRatio));
    for (let index = 0; index < band.columns * band.rows; index++) {
      const column = index % band.columns;
      const row = Math.floor(index / band.columns);
      const x = Math.round(column * cellWidth);
      const y = Math.round(band.top * unit + row * cellHeight);
      const right = Math.round((column + 1) * cellWidth) - (column + 1 < band.columns ? gap : 0);
      const bottom = Math.round(band.top * unit + (row + 1) * cellHeight) - gap;
      context.fillStyle = index < band.done ? colours.done : index === band.done ? colours.now : colours.todo;
      context.fillRect(x, y, Math.max(1, right - x), Math.max(1, bottom - y));
    }
  }
}
