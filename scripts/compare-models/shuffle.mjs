/**
 * The list in another order, the same for the same seed.
 * @template T
 * @param {readonly T[]} list
 * @param {number} seed a whole number
 * @returns {T[]}
 */
export function shuffled(list, seed) {
  const random = mulberry32(seed);
  const out = [...list];
  // Fisher and Yates, as in Knuth, The Art of Computer Programming, 3.4.2, algorithm P.
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [out[i], out[j]];
    out[i] = /** @type {T} */ (b);
    out[j] = /** @type {T} */ (a);
  }
  return out;
}

/** Tommy Ettinger's generator of 32 bits (public domain). @param {number} seed @returns {() => number} 0..1 */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
