/** The pictures that all contenders are given: drawn, the same every time, like a photograph in what costs a network time. */
import { encode } from 'fast-png';

/**
 * @param {number} width
 * @param {number} [height]
 * @returns {{ width: number, height: number, rgb: Uint8Array<ArrayBuffer> }} shading, shapes with edges and fine noise
 */
export function drawPicture(width, height = width) {
  const random = randoms(42);
  const shapes = Array.from({ length: 60 }, () => ({
    x: random() * width,
    y: random() * height,
    rx: (0.02 + 0.2 * random()) * width,
    ry: (0.02 + 0.2 * random()) * height,
    colour: [random() * 255, random() * 255, random() * 255],
  }));
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const top = shapes.findLast((one) => ((x - one.x) / one.rx) ** 2 + ((y - one.y) / one.ry) ** 2 < 1);
      for (let c = 0; c < 3; c++) {
        const ground = top?.colour[c] ?? 90 + 40 * c;
        const shade = 0.6 + 0.4 * Math.sin((x + 2 * y) / (17 + 9 * c));
        rgb[3 * (y * width + x) + c] = Math.max(0, Math.min(255, ground * shade + (random() - 0.5) * 12));
      }
    }
  }
  return { width, height, rgb };
}

/**
 * @param {number} side
 * @returns {string} a PNG in base64
 */
export function picturePng(side) {
  const { width, height, rgb } = drawPicture(side);
  return Buffer.from(encode({ width, height, data: rgb, channels: 3, depth: 8 })).toString('base64');
}

/**
 * @param {number} seed
 * @returns {() => number} 0 to below 1
 */
export function randoms(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
