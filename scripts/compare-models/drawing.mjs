/**
 * A drawing with outlines, flat colours and a slope of light, computed at any size: a truth for enlarged drawings.
 */

/** @import { Picture } from './picture.mjs' */

/** The side of the drawing in its own units. */
export const DRAWING_UNITS = 128;
const SAMPLES = 3;
const OUTLINE = 1.1;

/** @typedef {[number, number, number]} Colour 0..1 */
const INK = /** @type {Colour} */ ([0.09, 0.08, 0.13]);

/**
 * Painted one over the other. `inside` is the distance to the shape's edge, positive within it.
 * @type {readonly { readonly fill: Colour, readonly inside: (x: number, y: number) => number }[]}
 */
const SHAPES = [
  { fill: [0.98, 0.85, 0.42], inside: disc(96, 30, 17) },
  { fill: [0.36, 0.55, 0.42], inside: (x, y) => (y - 78 - 9 * Math.sin(x / 15)) / 1.15 },
  { fill: [0.86, 0.35, 0.3], inside: box(20, 44, 60, 92) },
  { fill: [0.55, 0.22, 0.24], inside: roof(14, 66, 44, 20) },
  { fill: [0.75, 0.89, 0.95], inside: box(28, 54, 38, 66) },
  { fill: [0.75, 0.89, 0.95], inside: box(44, 54, 54, 66) },
  { fill: [0.3, 0.2, 0.18], inside: box(36, 74, 46, 92) },
  { fill: [0.25, 0.45, 0.33], inside: disc(92, 70, 14) },
  { fill: [0.42, 0.28, 0.2], inside: box(90, 82, 94, 100) },
  ...Array.from({ length: 9 }, (_, i) => ({
    fill: /** @type {Colour} */ ([0.95, 0.95, 0.92]),
    inside: box(10 + 12 * i, 106 - 0.5 * i, 11 + 12 * i + 0.6 * i, 122),
  })),
];

/** @param {number} side in pixels @returns {Picture} square */
export function drawing(side) {
  const planes = new Float32Array(3 * side * side);
  const unit = DRAWING_UNITS / side;
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    for (let s = 0; s < SAMPLES ** 2; s++) {
      const u = (x + ((s % SAMPLES) + 0.5) / SAMPLES) * unit;
      const v = (y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) * unit;
      for (const [c, value] of colourAt(u, v).entries()) {
        const at = c * side * side + i;
        planes[at] = Number(planes[at]) + value / SAMPLES ** 2;
      }
    }
  }
  return { width: side, height: side, planes };
}

/** @param {number} x @param {number} y @returns {Colour} */
function colourAt(x, y) {
  const top = SHAPES.findLast(({ inside }) => inside(x, y) > 0);
  if (!top) return [0.62 + y / 400, 0.79 + y / 600, 0.95];
  return top.inside(x, y) < OUTLINE ? INK : top.fill;
}

/** @param {number} cx @param {number} cy @param {number} radius @returns {(x: number, y: number) => number} */
function disc(cx, cy, radius) {
  return (x, y) => radius - Math.hypot(x - cx, y - cy);
}

/** @param {number} left @param {number} top @param {number} right @param {number} bottom @returns {(x: number, y: number) => number} */
function box(left, top, right, bottom) {
  return (x, y) => Math.min(x - left, right - x, y - top, bottom - y);
}

/** A triangle on its side. @param {number} left @param {number} right @param {number} bottom @param {number} top @returns {(x: number, y: number) => number} */
function roof(left, right, bottom, top) {
  const slope = (2 * (bottom - top)) / (right - left);
  return (x, y) => {
    const edge = top + slope * Math.abs(x - (left + right) / 2);
    return Math.min((y - edge) / Math.hypot(1, slope), bottom - y);
  };
}
