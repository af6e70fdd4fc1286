/** Whether Tessera, with the same network, gives the picture that the peer gives. */
import { decode } from 'fast-png';

/**
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {{ scale: number, side: number, network: string, largest: number, differing: number }} Sameness of 8-bit
 *   values away from the border: the largest difference, and the share of those that differ
 * @typedef {{ width: number, height: number, channels: number, data: ArrayLike<number> }} Picture
 */

/**
 * @param {readonly Contender[]} contenders that ran without a problem
 * @param {number} scale
 * @param {number} side
 * @param {number} reach of the network, in source pixels: nearer to the border than that, it matters how a picture is
 *   continued, and the peer continues it with black
 * @returns {Promise<Sameness[]>} each of Tessera's against the peer with the whole picture at once
 */
export async function compareResults(contenders, scale, side, reach) {
  const same = contenders.filter((one) => one.result && one.sameNetwork);
  const peer = same.find((one) => one.who === 'UpscalerJS' && !one.tiled && !one.isFile);
  if (!peer) return [];
  const expected = await resultOf(peer, side);
  /** @type {Sameness[]} */
  const all = [];
  for (const one of same.filter((each) => each.who === 'Tessera')) {
    const actual = await resultOf(one, side);
    all.push({ scale, side, network: one.what, ...differences(expected, actual, reach * scale) });
  }
  return all;
}

/**
 * @param {Contender} contender
 * @param {number} side
 * @returns {Promise<Picture>} of a run of its own
 */
async function resultOf(contender, side) {
  await contender.run(side);
  const result = await contender.result?.();
  if (!result) throw new Error(`${contender.who} ${contender.what} keeps no result.`);
  if (Buffer.isBuffer(result)) return decode(result);
  return { width: result.width, height: result.height, channels: 4, data: result.rgba };
}

/**
 * @param {Picture} a
 * @param {Picture} b
 * @param {number} border
 */
function differences(a, b, border) {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`The results are ${a.width} × ${a.height} and ${b.width} × ${b.height} pixels.`);
  }
  let largest = 0;
  let differing = 0;
  let count = 0;
  for (let y = border; y < a.height - border; y++) {
    for (let x = border; x < a.width - border; x++) {
      const at = y * a.width + x;
      for (let c = 0; c < 3; c++) {
        const difference = Math.abs(
          Number(a.data[at * a.channels + c]) - Number(b.data[at * b.channels + c]),
        );
        largest = Math.max(largest, difference);
        differing += difference > 0 ? 1 : 0;
        count++;
      }
    }
  }
  return { largest, differing: differing / count };
}
