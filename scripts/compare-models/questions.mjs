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
/** What a network is given around the place that is shown, in source pixels. Even, as some networks ask for even sides. */
export const CONTEXT_PX = 12;
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
  const side = PANEL_PX + 2 * CONTEXT_PX * scale;
  const full = drawing(Math.max(side, 2 * DRAWING_UNITS));
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
 * A square around a place, with room for the context on all sides.
 * @param {Picture} picture @param {number} side @param {number} u @param {number} v
 * @returns {Box}
 */
function placed({ width, height }, side, u, v) {
  const start = (/** @type {number} */ middle, /** @type {number} */ length) => {
    const most = length - side - CONTEXT_PX;
    if (most < CONTEXT_PX) throw new RangeError(`${length} pixels are too few for a place of ${side}.`);
    return Math.min(most, Math.max(CONTEXT_PX, Math.round(middle * length - side / 2)));
  };
  return { x: start(u, width), y: start(v, height), width: side, height: side };
}

/** @param {Picture} picture @param {Box} box @returns {Picture} */
function around(picture, { x, y, width, height }) {
  return cropped(picture, {
    x: x - CONTEXT_PX,
    y: y - CONTEXT_PX,
    width: width + 2 * CONTEXT_PX,
    height: height + 2 * CONTEXT_PX,
  });
}
