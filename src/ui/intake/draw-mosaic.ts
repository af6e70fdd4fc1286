/** Sides of the stones, in pixels of the picture, from left to right. */
const SIDES = [160, 80, 40, 20] as const;
const GROUT = '#1f1f1f';

/** Draws `picture` as stones that halve towards the right, and as itself at the right edge. */
export function drawMosaic(context: CanvasRenderingContext2D, picture: OffscreenCanvas): void {
  const { width, height } = picture;
  context.drawImage(picture, 0, 0);
  const colours = SIDES.map((side) => averages(picture, side));
  for (let y = 0; y < height; y += SIDES[0]) {
    for (let x = 0; x < width; x += SIDES[0]) drawStone(context, colours, width, 0, x, y);
  }
}

function drawStone(
  context: CanvasRenderingContext2D,
  colours: readonly ImageData[],
  width: number,
  level: number,
  x: number,
  y: number,
): void {
  const side = SIDES[level];
  const colour = colours[level];
  if (side === undefined || !colour) return;
  const wanted = levelAt((x + side / 2) / width, x, y);
  if (wanted > level) {
    const half = side / 2;
    for (const [dx, dy] of [
      [0, 0],
      [half, 0],
      [0, half],
      [half, half],
    ] as const) {
      drawStone(context, colours, width, level + 1, x + dx, y + dy);
    }
    return;
  }
  const at = 4 * ((y / side) * colour.width + x / side);
  const [red = 0, green = 0, blue = 0] = colour.data.subarray(at, at + 3);
  const gap = Math.max(1, Math.min(4, side / 16));
  context.fillStyle = GROUT;
  context.fillRect(x, y, side, side);
  context.fillStyle = `rgb(${red} ${green} ${blue})`;
  context.beginPath();
  context.roundRect(x + gap / 2, y + gap / 2, side - gap, side - gap, Math.min(6, side / 8));
  context.fill();
}

/** How often a stone at this place is halved: more to the right, with an uneven edge that is the same every time. */
function levelAt(across: number, x: number, y: number): number {
  const noise = Math.abs(Math.sin(x * 12.9898 + y * 78.233) * 43758.5453) % 1;
  return Math.floor(across * 6.2 + (noise - 0.5) * 0.9);
}

function averages(picture: OffscreenCanvas, side: number): ImageData {
  const width = picture.width / side;
  const height = picture.height / side;
  const small = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!small) return new ImageData(width, height);
  small.imageSmoothingQuality = 'high';
  small.drawImage(picture, 0, 0, width, height);
  return small.getImageData(0, 0, width, height);
}
