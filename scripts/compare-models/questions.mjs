/**
 * What is shown to people: places of pictures, small, and where there is one the truth.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DRAWING_UNITS, drawing } from './drawing.mjs';
import { jpegDamage } from './jpeg-damage.mjs';
import { cropped, readPng, rounded, scaled } from './picture.mjs';
import { resampled } from './resampled.mjs';

/** @import { Box, Picture } from './picture.mjs' */
/** @import { Product } from './product.mjs' */

/** Every panel has this many pixels a side. */
export const PANEL_PX = 192;
/**
 * What a network is given around the place that is shown, in source pixels. Some consume 18 at each edge; even, as some ask
 * for even sides.
 */
export const CONTEXT_PX = 20;
const JPEG_QUALITY = 60;
/** Held out from the training of the built-in models; a place in the middle of what is worth looking at, of 0..1. */
const PHOTOS = [
  { file: 'chelsea.png', subject: 'Cat', at: [0.4, 0.45] },
  { file: 'coffee.png', subject: 'Cup', at: [0.42, 0.5] },
];

/**
 * `input` has `CONTEXT_PX` more on each side than is shown; `truth` is what should be shown, null where nobody knows.
 * @typedef {object} Question
 * @property {string} title
 * @property {'clean' | 'jpeg' | 'drawing' | 'large'} kind
 * @property {Picture} input
 * @property {Picture | null} truth
 */

/** @param {Product} product @param {number} scale @param {string} photos a folder @returns {Question[]} */
export function questionsOf(product, scale, photos) {
  const shown = PHOTOS.filter(({ file }) => existsSync(join(photos, file)));
  return [...shown.flatMap((photo) => ofPhoto(product, scale, photos, photo)), ofDrawing(product, scale)];
}

/** @param {Product} product @param {number} scale @param {string} folder @param {typeof PHOTOS[number]} photo @returns {Question[]} */
function ofPhoto(product, scale, folder, { file, subject, at: [u = 0.5, v = 0.5] }) {
  const full = readPng(join(folder, file));
  const small = reduced(product, full, scale);
  const box = placed(small, PANEL_PX / scale, u, v);
  const truth = cropped(full, scaled(box, scale));
  return [
    { title: `${subject}, clean`, kind: 'clean', input: around(small, box), truth },
    {
      title: `${subject}, JPEG`,
      kind: 'jpeg',
      input: around(jpegDamage(small, JPEG_QUALITY), box),
      truth,
    },
    {
      title: `${subject}, as large as it is`,
      kind: 'large',
      input: around(full, placed(full, PANEL_PX / scale, u, v)),
      truth: null,
    },
  ];
}

/** @param {Product} product @param {number} scale @returns {Question} */
function ofDrawing(product, scale) {
  const full = drawing(2 * DRAWING_UNITS);
  const small = reduced(product, full, scale);
  const box = placed(small, PANEL_PX / scale, 0.3, 0.6);
  return {
    title: 'Drawing',
    kind: 'drawing',
    input: around(small, box),
    truth: cropped(full, scaled(box, scale)),
  };
}

/** To a whole part, antialiased, as a file of 8 bits. @param {Product} product @param {Picture} picture @param {number} factor @returns {Picture} */
function reduced(product, picture, factor) {
  const [width, height] = [Math.floor(picture.width / factor), Math.floor(picture.height / factor)];
  const whole = cropped(picture, { x: 0, y: 0, width: width * factor, height: height * factor });
  return rounded(resampled(product, whole, width, height));
}

/**
 * A square around a place, within the picture.
 * @param {Picture} picture @param {number} side @param {number} u @param {number} v
 * @returns {Box}
 */
function placed({ width, height }, side, u, v) {
  const start = (/** @type {number} */ middle, /** @type {number} */ length) => {
    if (side > length) throw new RangeError(`${length} pixels are too few for a place of ${side}.`);
    return Math.min(length - side, Math.max(0, Math.round(middle * length - side / 2)));
  };
  return { x: start(u, width), y: start(v, height), width: side, height: side };
}

/** The place with its context; beyond the picture's edge it is mirrored. @param {Picture} picture @param {Box} box @returns {Picture} */
function around(picture, box) {
  const [width, height] = [box.width + 2 * CONTEXT_PX, box.height + 2 * CONTEXT_PX];
  const planes = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [c, row] = [Math.floor(i / (width * height)), Math.floor(i / width) % height];
    const x = mirrored(box.x - CONTEXT_PX + (i % width), picture.width);
    const y = mirrored(box.y - CONTEXT_PX + row, picture.height);
    return Number(picture.planes[(c * picture.height + y) * picture.width + x]);
  });
  return { width, height, planes };
}

/** @param {number} index at most `count` beyond either end @param {number} count */
function mirrored(index, count) {
  if (index < 0) return -index;
  return index < count ? index : 2 * (count - 1) - index;
}
