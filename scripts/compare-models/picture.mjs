/**
 * Pictures as the networks see them.
 */
import { readFileSync } from 'node:fs';
import { decode, encode } from 'fast-png';

/**
 * Planes of red, green and blue, `width · height` values each, 0..1; an answer of a network may leave that range.
 * @typedef {{ readonly width: number, readonly height: number, readonly planes: Float32Array }} Picture
 *
 * In pixels of the picture that is meant.
 * @typedef {{ readonly x: number, readonly y: number, readonly width: number, readonly height: number }} Box
 */

/**
 * A PNG of 8 bits a channel, without its alpha.
 * @param {string} path
 * @returns {Picture}
 */
export function readPng(path) {
  const { width, height, channels, depth, data } = decode(readFileSync(path));
  if (depth !== 8) throw new Error(`${path} has ${depth} bits a channel; 8 are wanted.`);
  const plane = width * height;
  const planes = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < plane; i++)
      planes[c * plane + i] = Number(data[i * channels + (channels < 3 ? 0 : c)]) / 255;
  return { width, height, planes };
}

/** @param {Picture} picture @param {Box} box @returns {Picture} */
export function cropped({ width, height, planes }, box) {
  if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height)
    throw new RangeError(`${JSON.stringify(box)} lies outside of ${width} × ${height}.`);
  const out = new Float32Array(3 * box.width * box.height);
  for (let row = 0; row < 3 * box.height; row++) {
    const [c, y] = [Math.floor(row / box.height), row % box.height];
    const from = (c * height + box.y + y) * width + box.x;
    out.set(planes.subarray(from, from + box.width), row * box.width);
  }
  return { width: box.width, height: box.height, planes: out };
}

/** @param {Box} box @param {number} scale @returns {Box} */
export function scaled({ x, y, width, height }, scale) {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** Each pixel becomes a square. @param {Picture} picture @param {number} scale @returns {Picture} */
export function nearest({ width, height, planes }, scale) {
  const [w, h] = [width * scale, height * scale];
  const out = new Float32Array(3 * w * h);
  for (let i = 0; i < out.length; i++) {
    const [x, row] = [i % w, Math.floor(i / w)];
    const [c, y] = [Math.floor(row / h), row % h];
    out[i] = Number(planes[(c * height + Math.floor(y / scale)) * width + Math.floor(x / scale)]);
  }
  return { width: w, height: h, planes: out };
}

/** As the app writes it: clamped, rounded once; RGB interleaved. @param {Picture} picture @returns {Uint8Array} */
export function toBytes({ width, height, planes }) {
  const plane = width * height;
  return Uint8Array.from({ length: 3 * plane }, (_, i) => {
    const value = Number(planes[(i % 3) * plane + Math.floor(i / 3)]);
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
}

/** Clamped and rounded to 8 bits, still 0..1. @param {Picture} picture @returns {Picture} */
export function rounded({ width, height, planes }) {
  return {
    width,
    height,
    planes: planes.map((value) => Math.round(255 * Math.min(1, Math.max(0, value))) / 255),
  };
}

/** @param {Picture} picture @returns {string} a PNG as an address */
export function dataUri(picture) {
  const { width, height } = picture;
  const png = encode({ width, height, data: toBytes(picture), channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
