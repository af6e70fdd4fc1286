/**
 * Damages a file, always in the same way for the same seed and index.
 *
 * @typedef {object} Draft a file in the making, at the start of a buffer with room to grow
 * @property {Uint8Array<ArrayBuffer>} buffer
 * @property {number} length
 *
 * @typedef {(most: number) => number} Random a whole number from 0 to below `most`
 * @typedef {{ name: string, apply: (draft: Draft, random: Random) => string }} Mutation `apply` says what it did
 */

/** How much a file may grow. */
export const SLACK_BYTES = 65_536;
const MAX_RUN_BYTES = 4096;
const MAX_MUTATIONS = 4;
/** Headers and directories lie within this much of both ends. */
const EDGE_BYTES = 4096;

/** Where sizes, places and counts change their minds. */
const EXTREMES = [
  ...[0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

/**
 * The random numbers of one run. Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 * @param {number} seed
 * @param {number} index
 * @returns {Random}
 */
export function randomOf(seed, index) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  return (most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most);
  };
}

/**
 * The file, damaged, as a view into `buffer`, and what was done to it.
 * @param {Uint8Array} file
 * @param {Uint8Array<ArrayBuffer>} buffer at least `file.length + SLACK_BYTES` long
 * @param {Random} random
 * @returns {{ bytes: Uint8Array<ArrayBuffer>, what: string }}
 */
export function mutate(file, buffer, random) {
  buffer.set(file);
  const draft = { buffer, length: file.length };
  const done = [];
  // An archive hardly survives a change of its length: half of the runs go past its directory, into what it holds.
  const choice = random(2) === 0 ? IN_PLACE : [...IN_PLACE, ...CHANGING_LENGTH];
  for (let left = 1 + random(1 + random(MAX_MUTATIONS)); left > 0 && draft.length > 0; left--) {
    const { name, apply } = choice[random(choice.length)] ?? BIT_FLIP;
    done.push(`${name} ${apply(draft, random)}`);
  }
  return { bytes: buffer.subarray(0, draft.length), what: done.join('; ') };
}

/**
 * A place in the file: mostly near its ends, where its structure is.
 * @param {Draft} draft
 * @param {Random} random
 */
function placeIn({ length }, random) {
  const edge = Math.min(length, EDGE_BYTES);
  const where = random(4);
  if (where < 2) return random(edge);
  return where === 2 ? length - 1 - random(edge) : random(length);
}

/**
 * A run of bytes in the file, mostly short.
 * @param {Draft} draft
 * @param {Random} random
 */
function runIn(draft, random) {
  const at = placeIn(draft, random);
  const most = Math.min(draft.length - at, random(2) ? 64 : MAX_RUN_BYTES);
  return { at, count: 1 + random(most) };
}

/**
 * Puts bytes in before `at`, as far as there is room.
 * @param {Draft} draft
 * @param {number} at
 * @param {Uint8Array} bytes
 */
function insert(draft, at, bytes) {
  if (draft.length + bytes.length > draft.buffer.length) return;
  draft.buffer.copyWithin(at + bytes.length, at, draft.length);
  draft.buffer.set(bytes, at);
  draft.length += bytes.length;
}

/**
 * @param {Draft} draft
 * @param {number} at
 * @param {number} count
 */
function remove(draft, at, count) {
  draft.buffer.copyWithin(at, at + count, draft.length);
  draft.length -= count;
}

/** @type {Mutation} */
const BIT_FLIP = {
  name: 'bit',
  apply(draft, random) {
    const at = placeIn(draft, random);
    const bit = random(8);
    draft.buffer[at] = (draft.buffer[at] ?? 0) ^ (1 << bit);
    return `${bit} at ${at}`;
  },
};

/** @type {readonly Mutation[]} */
const IN_PLACE = [
  BIT_FLIP,
  {
    name: 'byte',
    apply(draft, random) {
      const at = placeIn(draft, random);
      const value = random(256);
      draft.buffer[at] = value;
      return `at ${at} to ${value}`;
    },
  },
  {
    name: 'number',
    apply(draft, random) {
      const at = placeIn(draft, random);
      const size = 2 ** random(4);
      const value = extreme(draft, random);
      for (let i = 0; i < size && at + i < draft.length; i++)
        draft.buffer[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
      return `of ${size} bytes at ${at} to ${value}`;
    },
  },
  {
    name: 'overwrite',
    apply(draft, random) {
      const { at, count } = runIn(draft, random);
      const to = placeIn(draft, random);
      draft.buffer.copyWithin(to, at, Math.min(at + count, at + draft.length - to));
      return `${to} with ${count} bytes from ${at}`;
    },
  },
  {
    name: 'digit',
    apply(draft, random) {
      const at = digitsFrom(draft, placeIn(draft, random)).at;
      if (at < draft.length) draft.buffer[at] = 0x30 + random(10);
      return `at ${at}`;
    },
  },
];

/** @type {readonly Mutation[]} */
const CHANGING_LENGTH = [
  {
    name: 'digits',
    apply(draft, random) {
      const { at, end } = digitsFrom(draft, placeIn(draft, random));
      remove(draft, at, end - at);
      const value = extreme(draft, random);
      insert(draft, at, new TextEncoder().encode(String(value)));
      return `at ${at} to ${value}`;
    },
  },
  {
    name: 'cut',
    apply(draft, random) {
      draft.length = placeIn(draft, random);
      return `to ${draft.length}`;
    },
  },
  {
    name: 'repeat',
    apply(draft, random) {
      const { at, count } = runIn(draft, random);
      insert(draft, at, draft.buffer.slice(at, at + count));
      return `${count} bytes at ${at}`;
    },
  },
  {
    name: 'move',
    apply(draft, random) {
      const { at, count } = runIn(draft, random);
      const to = placeIn(draft, random);
      insert(draft, to, draft.buffer.slice(at, at + count));
      return `${count} bytes from ${at} also to ${to}`;
    },
  },
  {
    name: 'remove',
    apply(draft, random) {
      const { at, count } = runIn(draft, random);
      remove(draft, at, count);
      return `${count} bytes at ${at}`;
    },
  },
];

/**
 * The next number in decimal digits; an empty run at the end where there is none.
 * @param {Draft} draft
 * @param {number} from
 */
function digitsFrom({ buffer, length }, from) {
  /** @param {number} i */
  const isDigit = (i) => (buffer[i] ?? 0) >= 0x30 && (buffer[i] ?? 0) <= 0x39;
  let at = from;
  while (at < length && !isDigit(at)) at++;
  let end = at;
  while (end < length && isDigit(end)) end++;
  return { at, end };
}

/**
 * @param {Draft} draft
 * @param {Random} random
 */
function extreme({ length }, random) {
  const near = [length - 1, length, length + 1].map(BigInt);
  const all = [...EXTREMES, ...near];
  return all[random(all.length)] ?? 0n;
}
