import { elementCount } from '../data-type.ts';
import type { LinearNode } from './linear-node.ts';
import { type Size, sideOf } from './size.ts';

/** What it takes to calculate a tensor once. */
export type Cost = {
  /** Multiply-accumulates of convolutions. */
  readonly macs: number;
  /** Those, and the writing of every tensor on the way, in the same unit: what is to be small. */
  readonly total: number;
};

/**
 * Writing a value and reading it again takes as long as about so many multiplications (WASM with SIMD: 10 of them in a
 * nanosecond on one core, against 4 GB of memory in a second).
 */
const MACS_PER_VALUE = 16;

export const FREE: Cost = { macs: 0, total: 0 };
export const IMPOSSIBLE: Cost = { macs: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY };

/** Of the node as it stands. */
export function costAsItStands({ operation }: LinearNode, dims: readonly number[]): Cost {
  const values = elementCount(dims);
  const macs = operation.kind === 'conv' ? elementCount(operation.conv.weight.dims.slice(1)) * values : 0;
  return { macs, total: macs + MACS_PER_VALUE * values };
}

/** Of a tensor made as a sum of convolutions: one for each size of kernel. */
export function costAsSum(
  { terms, factor }: Size,
  dims: readonly number[],
  channelsOf: (name: string) => number,
): Cost {
  const values = elementCount(dims);
  const perChannel = values / (dims[1] as number) / factor ** 2;
  let macs = 0;
  let itself = 0;
  const bySize = new Map<string, number[]>();
  for (const [name, term] of terms) {
    const channels = channelsOf(name);
    const [rows, columns] = [sideOf(term.rows), sideOf(term.columns)];
    const size = `${rows}x${columns}`;
    if (term.isItself) itself++;
    else {
      macs += rows * columns * channels * values;
      bySize.set(size, [...(bySize.get(size) ?? []), channels]);
    }
  }
  // What convolutions of one size read is laid side by side.
  const joined = [...bySize.values()].filter(({ length }) => length > 1).flat();
  const additions = bySize.size + itself - 1;
  const wholes = bySize.size + additions + (factor > 1 ? 1 : 0);
  const written = wholes * values + joined.reduce((sum, channels) => sum + channels, 0) * perChannel;
  return { macs, total: macs + MACS_PER_VALUE * written };
}
