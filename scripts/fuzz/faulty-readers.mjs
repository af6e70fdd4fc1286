/**
 * Readers that do what no reader may: they show that `run.mjs` notices. Same form as `targets.ts`.
 */
const MEBIBYTE = 2 ** 20;

class RefusedError extends Error {}

/** @type {unknown[]} */
const kept = [];

export const targets = [
  { name: 'good', suffixes: ['.good'], run: () => undefined },
  {
    name: 'refuses',
    suffixes: ['.refuses'],
    run: () => {
      throw new RefusedError('as it should');
    },
  },
  {
    name: 'crashes',
    suffixes: ['.crashes'],
    run: () => {
      throw new RangeError('Invalid array length');
    },
  },
  {
    name: 'hangs',
    suffixes: ['.hangs'],
    run: () => {
      for (;;);
    },
  },
  {
    name: 'grows',
    suffixes: ['.grows'],
    run: () => {
      for (;;) kept.push(new Array(1_000_000).fill(0.5));
    },
  },
  { name: 'buffers', suffixes: ['.buffers'], run: () => void kept.push(new Uint8Array(150 * MEBIBYTE)) },
];

export const generated = () => targets.map(({ name }) => ({ path: `a.${name}`, bytes: new Uint8Array(16) }));

/** @param {unknown} error */
export const codeOf = (error) => (error instanceof RefusedError ? 'model-corrupt' : null);
