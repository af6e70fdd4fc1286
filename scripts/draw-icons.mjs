/**
 * Draws Tessera's icons into public/icons: a mosaic of four tiles, one of them come out finer. Run by hand after a
 * change here (`node scripts/draw-icons.mjs`); the results are committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

/**
 * A rounded rectangle; all lengths in units of a 512 × 512 drawing.
 * @typedef {{ x: number, y: number, width: number, height: number, radius: number, fill: string }} Tile
 */

const DRAWING = 512;
const BACKGROUND = '#1d2330';
/** Three coarse tiles: greys that fall from light to shade, as a picture does. */
const COARSE = { topLeft: '#e9ecf2', bottomLeft: '#aab2c0', bottomRight: '#6d7688' };
/** The fine tile, row by row: the accent, with light from the top right. Two a side still show at 32 px. */
const FINE = ['#3b6cf6', '#9dbbff', '#2450cf', '#5f8aff'];
const FINE_COLUMNS = 2;

/**
 * The mosaic in a square of `side` units in the middle of the drawing.
 * @param {number} side
 * @returns {Tile[]}
 */
function mosaic(side) {
  const gap = side * 0.07;
  const tile = (side - gap) / 2;
  const near = (DRAWING - side) / 2;
  const far = near + tile + gap;
  const radius = tile * 0.2;
  /** @type {(x: number, y: number, fill: string) => Tile} */
  const coarse = (x, y, fill) => ({ x, y, width: tile, height: tile, radius, fill });
  const fineGap = gap * 0.6;
  const fineSide = (tile - fineGap * (FINE_COLUMNS - 1)) / FINE_COLUMNS;
  const fine = FINE.map((fill, index) => ({
    x: far + (index % FINE_COLUMNS) * (fineSide + fineGap),
    y: near + Math.floor(index / FINE_COLUMNS) * (fineSide + fineGap),
    width: fineSide,
    height: fineSide,
    radius: fineSide * 0.14,
    fill,
  }));
  return [
    coarse(near, near, COARSE.topLeft),
    coarse(near, far, COARSE.bottomLeft),
    coarse(far, far, COARSE.bottomRight),
    ...fine,
  ];
}

/**
 * The whole icon: a plate with corners of `plateRadius`, and the mosaic.
 * @param {number} plateRadius
 * @param {number} side
 * @returns {Tile[]}
 */
function icon(plateRadius, side) {
  return [
    { x: 0, y: 0, width: DRAWING, height: DRAWING, radius: plateRadius, fill: BACKGROUND },
    ...mosaic(side),
  ];
}

/** @type {(tiles: readonly Tile[]) => string} */
function toSvg(tiles) {
  /** @type {(value: number) => string} */
  const number = (value) => String(Math.round(value * 100) / 100);
  const rects = tiles.map(
    ({ x, y, width, height, radius, fill }) =>
      `  <rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" rx="${number(radius)}" fill="${fill}"/>\n`,
  );
  const box = `0 0 ${DRAWING} ${DRAWING}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">\n  <title>Tessera</title>\n${rects.join('')}</svg>\n`;
}

/** Samples along each side of a pixel. */
const SAMPLES = 8;

/**
 * Straight-alpha RGBA of the drawing at `size` × `size` pixels.
 * @param {readonly Tile[]} tiles
 * @param {number} size
 */
function rasterise(tiles, size) {
  const rgba = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) rgba.set(pixel(tiles, x, y, DRAWING / size), (y * size + x) * 4);
  }
  return rgba;
}

/**
 * The mean colour of the samples in one pixel; each sample has the colour of the topmost tile over it.
 * @param {readonly Tile[]} tiles
 * @param {number} x
 * @param {number} y
 * @param {number} unit drawing units per pixel
 */
function pixel(tiles, x, y, unit) {
  const sum = [0, 0, 0];
  let covered = 0;
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
    const px = (x + ((sample % SAMPLES) + 0.5) / SAMPLES) * unit;
    const py = (y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * unit;
    const tile = tiles.findLast((candidate) => contains(candidate, px, py));
    if (tile === undefined) continue;
    covered++;
    for (const channel of [0, 1, 2]) {
      sum[channel] =
        (sum[channel] ?? 0) + Number.parseInt(tile.fill.slice(1 + channel * 2, 3 + channel * 2), 16);
    }
  }
  const alpha = Math.round((255 * covered) / SAMPLES ** 2);
  return [...sum.map((value) => Math.round(value / Math.max(1, covered))), alpha];
}

/** @type {(tile: Tile, px: number, py: number) => boolean} */
function contains({ x, y, width, height, radius }, px, py) {
  if (px < x || py < y || px >= x + width || py >= y + height) return false;
  // The nearest point of the rectangle that the corners' centres span.
  const dx = px - Math.min(Math.max(px, x + radius), x + width - radius);
  const dy = py - Math.min(Math.max(py, y + radius), y + height - radius);
  return dx * dx + dy * dy <= radius * radius;
}

/** @type {(rgba: Uint8Array, size: number) => Buffer} */
function toPng(rgba, size) {
  const rows = Buffer.alloc((size * 4 + 1) * size);
  for (let y = 0; y < size; y++)
    rows.set(rgba.subarray(y * size * 4, (y + 1) * size * 4), y * (size * 4 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // 8 bits, RGBA.
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = chunk('IDAT', deflateSync(rows, { level: 9 }));
  return Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]);
}

/** @type {(type: string, body: Buffer) => Buffer} */
function chunk(type, body) {
  const framed = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  framed.writeUInt32BE(body.length, 0);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), framed.length - 4);
  return framed;
}

const folder = new URL('../public/icons/', import.meta.url);
mkdirSync(folder, { recursive: true });

const rounded = icon(116, 364);
// A mask may cut to a circle of 80 %: the mosaic's rounded corners just fit into it. Apple rounds by itself.
const maskable = icon(0, 288);
const apple = icon(0, 352);

writeFileSync(new URL('icon.svg', folder), toSvg(rounded));
/** @type {readonly (readonly [string, Tile[], number])[]} */
const pictures = [
  ['icon-192.png', rounded, 192],
  ['icon-512.png', rounded, 512],
  ['icon-maskable-512.png', maskable, 512],
  ['apple-touch-icon.png', apple, 180],
];
for (const [name, tiles, size] of pictures)
  writeFileSync(new URL(name, folder), toPng(rasterise(tiles, size), size));
