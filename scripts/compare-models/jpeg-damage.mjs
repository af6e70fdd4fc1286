/**
 * What JPEG does to a picture, without writing one: only the loss, since the coding behind it loses nothing.
 */

/** @import { Picture } from './picture.mjs' */

const BLOCK = 8;

/** ITU-T T.81, tables K.1 and K.2, row by row. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** T.81, A.3.3: `COSINES[u][x]`, orthonormal. */
const COSINES = Array.from({ length: BLOCK }, (_, u) =>
  Array.from(
    { length: BLOCK },
    (_, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16),
  ),
);

/**
 * The picture after JPEG of that quality, 1..100 as libjpeg counts it, with chroma of half the size (4:2:0).
 * @param {Picture} picture
 * @param {number} quality
 * @returns {Picture}
 */
export function jpegDamage({ width, height, planes }, quality) {
  const size = width * height;
  const [y, cb, cr] = toYcc(planes, size);
  const small = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  quantize(y, width, height, table(LUMINANCE, quality));
  const chroma = [cb, cr].map((plane) => {
    const half = halved(plane, width, height, small);
    quantize(half, small.width, small.height, table(CHROMINANCE, quality));
    return Float32Array.from({ length: size }, (_, i) => {
      const at = Math.floor(Math.floor(i / width) / 2) * small.width + Math.floor((i % width) / 2);
      return Number(half[at]);
    });
  });
  return { width, height, planes: toRgb(y, ...chroma) };
}

/** libjpeg's scaling of the tables. @param {readonly number[]} base @param {number} quality @returns {number[]} */
function table(base, quality) {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return base.map((step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
}

/**
 * JFIF's YCbCr of 0..255, all three around 0.
 * @param {Float32Array} planes @param {number} size
 * @returns {[Float32Array, Float32Array, Float32Array]}
 */
function toYcc(planes, size) {
  const mix = (/** @type {[number, number, number]} */ [r, g, b], /** @type {number} */ offset) =>
    Float32Array.from(
      { length: size },
      (_, i) =>
        255 * (r * Number(planes[i]) + g * Number(planes[size + i]) + b * Number(planes[2 * size + i])) +
        offset,
    );
  return [
    mix([0.299, 0.587, 0.114], -128),
    mix([-0.168736, -0.331264, 0.5], 0),
    mix([0.5, -0.418688, -0.081312], 0),
  ];
}

/** @param {Float32Array} y @param {Float32Array[]} chroma @returns {Float32Array} rounded to 8 bits */
function toRgb(y, ...chroma) {
  const [cb = y, cr = y] = chroma;
  const size = y.length;
  const out = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const [l, b, r] = [Number(y[i]) + 128, Number(cb[i]), Number(cr[i])];
    const rgb = [l + 1.402 * r, l - 0.344136 * b - 0.714136 * r, l + 1.772 * b];
    for (const [c, value] of rgb.entries())
      out[c * size + i] = Math.round(Math.min(255, Math.max(0, value))) / 255;
  }
  return out;
}

/**
 * Means of 2 by 2; at an odd edge of what there is.
 * @param {Float32Array} plane @param {number} width @param {number} height @param {{ width: number, height: number }} small
 * @returns {Float32Array}
 */
function halved(plane, width, height, small) {
  return Float32Array.from({ length: small.width * small.height }, (_, i) => {
    const [x, y] = [2 * (i % small.width), 2 * Math.floor(i / small.width)];
    const [right, below] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)];
    const at = (/** @type {number} */ column, /** @type {number} */ row) =>
      Number(plane[row * width + column]);
    return (at(x, y) + at(right, y) + at(x, below) + at(right, below)) / 4;
  });
}

/**
 * Each block of 8 by 8 to the nearest multiples of the steps, in place; beyond the edge its last pixel is repeated.
 * @param {Float32Array} plane @param {number} width @param {number} height @param {readonly number[]} steps
 */
function quantize(plane, width, height, steps) {
  for (let top = 0; top < height; top += BLOCK)
    for (let left = 0; left < width; left += BLOCK) {
      const block = Float32Array.from({ length: BLOCK * BLOCK }, (_, i) => {
        const x = Math.min(left + (i % BLOCK), width - 1);
        const y = Math.min(top + Math.floor(i / BLOCK), height - 1);
        return Number(plane[y * width + x]);
      });
      const kept = transform(block, true).map(
        (value, i) => Math.round(value / Number(steps[i])) * Number(steps[i]),
      );
      for (const [i, value] of transform(kept, false).entries()) {
        const [x, y] = [left + (i % BLOCK), top + Math.floor(i / BLOCK)];
        if (x < width && y < height) plane[y * width + x] = value;
      }
    }
}

/** The cosine transform of a block, or back. @param {Float32Array} block @param {boolean} forward @returns {Float32Array} */
function transform(block, forward) {
  const along = (/** @type {Float32Array} */ from, /** @type {boolean} */ rows) =>
    from.map((_, i) => {
      const [column, row] = [i % BLOCK, Math.floor(i / BLOCK)];
      const to = rows ? column : row;
      let sum = 0;
      for (let k = 0; k < BLOCK; k++) {
        const value = from[rows ? row * BLOCK + k : k * BLOCK + column];
        sum += Number(value) * Number(forward ? COSINES[to]?.[k] : COSINES[k]?.[to]);
      }
      return sum;
    });
  return along(along(block, true), false);
}
