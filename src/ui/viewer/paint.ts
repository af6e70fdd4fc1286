import type { Scene } from './scene.ts';
import { type ScreenRect, screenRect, type View, type Viewport, visiblePart } from './view-transform.ts';

/** From this zoom on, pixels of the picture are shown as squares. */
const PIXELATED_FROM = 2;
/** Above this many cells the veil is drawn row by row: single cells would be smaller than a pixel. */
const MAX_VEIL_CELLS = 4000;
const CHECKER = ['#7d7d7d', '#686868'] as const;
/** Two coats: the second is laid cell by cell, so that the gaps between the tiles stay a little lighter. */
const VEIL = ['rgb(30 30 30 / 0.42)', 'rgb(30 30 30 / 0.36)'] as const;

type Context = CanvasRenderingContext2D;

/** Paints the scene; `split` is the divider's place, 0..1 of the visible part of the picture. */
export function paint(
  context: Context,
  scene: Scene,
  view: View,
  viewport: Viewport,
  split: number,
  pixelRatio: number,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, viewport.width, viewport.height);
  context.imageSmoothingQuality = 'high';
  const rect = screenRect(view, scene.content, viewport);
  paintChecker(context, rect, viewport, Math.round(8 * pixelRatio));
  switch (scene.kind) {
    case 'plain':
      drawImage(context, scene.before, rect, view.zoom < PIXELATED_FROM);
      return;
    case 'working':
      drawImage(context, scene.before, rect, true);
      paintVeil(context, scene, rect, pixelRatio);
      if (scene.after) {
        const bottom = rect.y + Math.round(rect.height * scene.finished);
        clipped(context, rect.x, rect.y, rect.width, bottom - rect.y, () => {
          if (scene.after) drawImage(context, scene.after, rect, true);
        });
      }
      return;
    case 'compare': {
      const part = visiblePart(rect, viewport);
      const x = Math.round(part.x + part.width * split);
      const smooth = view.zoom < PIXELATED_FROM;
      clipped(context, 0, 0, x, viewport.height, () => drawImage(context, scene.before, rect, true));
      clipped(context, x, 0, viewport.width - x, viewport.height, () => {
        paintChecker(context, rect, viewport, Math.round(8 * pixelRatio));
        drawImage(context, scene.after, rect, smooth);
      });
    }
  }
}

function drawImage(context: Context, image: CanvasImageSource, rect: ScreenRect, smooth: boolean): void {
  context.imageSmoothingEnabled = smooth;
  context.drawImage(image, rect.x, rect.y, rect.width, rect.height);
}

function clipped(
  context: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  draw: () => void,
): void {
  if (width <= 0 || height <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  draw();
  context.restore();
}

/** Behind the whole picture: an opaque one covers it, so that it shows only where alpha is. */
function paintChecker(context: Context, rect: ScreenRect, viewport: Viewport, side: number): void {
  const left = Math.max(0, rect.x);
  const top = Math.max(0, rect.y);
  const width = Math.min(viewport.width, rect.x + rect.width) - left;
  const height = Math.min(viewport.height, rect.y + rect.height) - top;
  if (width <= 0 || height <= 0) return;
  context.fillStyle = checkerPattern(context, side) ?? CHECKER[0];
  context.fillRect(left, top, width, height);
}

function checkerPattern(context: Context, side: number): CanvasPattern | null {
  const swatch = new OffscreenCanvas(2 * side, 2 * side);
  const inside = swatch.getContext('2d');
  if (!inside) return null;
  inside.fillStyle = CHECKER[0];
  inside.fillRect(0, 0, 2 * side, 2 * side);
  inside.fillStyle = CHECKER[1];
  inside.fillRect(0, 0, side, side);
  inside.fillRect(side, side, side, side);
  return context.createPattern(swatch, 'repeat');
}

/** Dims what is not done, tile by tile, so that the plan is seen in place before its rows are finished. */
function paintVeil(
  context: Context,
  scene: Extract<Scene, { kind: 'working' }>,
  rect: ScreenRect,
  pixelRatio: number,
): void {
  if (scene.bands.length === 0) {
    context.fillStyle = VEIL[0];
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    return;
  }
  for (const coat of [0, 1] as const) {
    context.fillStyle = VEIL[coat];
    paintCells(context, scene, rect, coat === 0 ? 0 : Math.max(1, Math.round(pixelRatio)));
  }
}

/** Fills every tile that is not done, with `gapPx` left free to its neighbours. */
function paintCells(
  context: Context,
  scene: Extract<Scene, { kind: 'working' }>,
  rect: ScreenRect,
  gapPx: number,
): void {
  const unit = rect.height / scene.sourceHeight;
  for (const band of scene.bands) {
    const top = rect.y + band.top * unit;
    const height = (band.bottom - band.top) * unit;
    const cell = { width: rect.width / band.columns, height: height / band.rows };
    const single =
      gapPx > 0 &&
      band.columns * band.rows <= MAX_VEIL_CELLS &&
      Math.min(cell.width, cell.height) >= 4 * gapPx;
    for (let row = Math.floor(band.done / band.columns); row < band.rows; row++) {
      const y = Math.round(top + row * cell.height);
      const bottom = Math.round(top + (row + 1) * cell.height);
      const first = Math.max(0, band.done - row * band.columns);
      if (!single) {
        const x = Math.round(rect.x + first * cell.width);
        context.fillRect(x, y, rect.x + rect.width - x, bottom - y);
        continue;
      }
      for (let column = first; column < band.columns; column++) {
        const x = Math.round(rect.x + column * cell.width);
        const right = Math.round(rect.x + (column + 1) * cell.width);
        context.fillRect(x, y, right - x - gapPx, bottom - y - gapPx);
      }
    }
  }
}
