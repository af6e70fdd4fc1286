import { LAYER_RULES } from './layers/table.ts';
import type { WeightSpec } from './read-bin.ts';
import { readParam } from './read-param.ts';

/** How many bytes a `.bin` file may have, both ends allowed. */
export type BinSize = { readonly least: number; readonly most: number };

const TAG_BYTES = 4;
/** 256 floats, which indices of 8 bits point into. */
const TABLE_BYTES = 1024;

/**
 * Which sizes the weights of a network may have: a weight takes one byte (with a table), two or four.
 * @param param a whole `.param` file, or its binary twin
 * @returns null where it cannot be read, or has layers of which it is not known what they read
 */
export function binSize(param: Uint8Array): BinSize | null {
  try {
    const ranges = readParam(param).map(({ type, params }) => {
      if (type === 'Input') return { least: 0, most: 0 };
      const rule = LAYER_RULES.get(type);
      if (!rule) throw new Error(type);
      return (rule.weights?.(params) ?? []).map(rangeOf).reduce(sum, { least: 0, most: 0 });
    });
    return ranges.reduce(sum, { least: 0, most: 0 });
  } catch {
    return null;
  }
}

function rangeOf({ count, isTagged }: WeightSpec): BinSize {
  if (!isTagged) return { least: 4 * count, most: 4 * count };
  const withTable = TABLE_BYTES + 4 * Math.ceil(count / 4);
  const halves = 4 * Math.ceil(count / 2);
  return {
    least: TAG_BYTES + Math.min(withTable, halves),
    most: TAG_BYTES + Math.max(withTable, 4 * count),
  };
}

function sum(a: BinSize, b: BinSize): BinSize {
  return { least: a.least + b.least, most: a.most + b.most };
}
