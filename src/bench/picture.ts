/** A picture that the page draws: its pixels, and the PNG of them. */
export type DrawnPicture = {
  readonly width: number;
  readonly height: number;
  /** RGBA, 8 bit. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly file: File;
};

/** Like a photograph in what costs time: soft shading, shapes with edges, fine noise; the same every time. */
export async function drawPicture(width: number, height: number): Promise<DrawnPicture> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error(`The browser gives no canvas of ${width} × ${height} pixels.`);
  const random = randoms(42);
  drawGround(context, width, height);
  for (let i = 0; i < 400; i++) drawShape(context, width, height, random);
  const pixels = context.getImageData(0, 0, width, height);
  for (let p = 0; p < pixels.data.length; p++) {
    if (p % 4 !== 3) pixels.data[p] = (pixels.data[p] as number) + (random() - 0.5) * 16;
  }
  context.putImageData(pixels, 0, 0);
  const file = new File([await canvas.convertToBlob()], 'bench.png', { type: 'image/png' });
  return { width, height, rgba: pixels.data, file };
}

function drawGround(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  const sky = context.createLinearGradient(0, 0, width / 3, height);
  sky.addColorStop(0, '#7fa6d6');
  sky.addColorStop(1, '#3d4a2c');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
}

function drawShape(
  context: OffscreenCanvasRenderingContext2D,
  width: number,
  height: number,
  random: () => number,
): void {
  const part = (percent: number) => `${percent.toFixed(1)}%`;
  const colour = [String(Math.round(random() * 360)), part(20 + random() * 50), part(20 + random() * 60)];
  context.fillStyle = `hsl(${colour.join(' ')} / ${(0.3 + random() * 0.7).toFixed(2)})`;
  context.beginPath();
  const [x, y, rx, ry] = [
    random() * width,
    random() * height,
    0.004 + random() * 0.05,
    0.004 + random() * 0.04,
  ];
  context.ellipse(x, y, rx * width, ry * width, random() * 3, 0, 7);
  context.fill();
}

/** 0 to below 1, the same for the same seed everywhere. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
