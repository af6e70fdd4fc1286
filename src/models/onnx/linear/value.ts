import { biasOf, kernelOf } from './conv-kernel.ts';
import { constantsThrough, identity, type Kernel, rearranged, scaled, sum, through } from './kernel.ts';
import type { LinearNode } from './linear-node.ts';

/**
 * A linear tensor as a sum of convolutions of others. The tensor has `factor` times their sides; its channels are laid out on
 * their grid as `through` says.
 */
export type Value = {
  readonly factor: number;
  readonly terms: ReadonlyMap<string, Kernel>;
  /** One for each channel on the coarse grid. */
  readonly bias: Float64Array;
};

/** What becomes of one tensor on its way into another that is linear in it. */
export type Step = { readonly factor: number; readonly kernel: Kernel; readonly bias: Float64Array };

/** A tensor in terms of itself. */
export function valueOfItself(name: string, channels: number): Value {
  return { factor: 1, terms: new Map([[name, identity(channels)]]), bias: new Float64Array(channels) };
}

/**
 * What a node makes of one of its inputs; its result is the sum over all of them.
 * @param channels of each of its inputs
 */
export function stepOf({ operation }: LinearNode, input: number, channels: readonly number[]): Step {
  const own = channels[input] as number;
  const unchanged = identity(own);
  const taken = (from: readonly (number | null)[], factor = 1): Step => ({
    factor,
    kernel: rearranged(unchanged, from),
    bias: new Float64Array(from.length),
  });
  switch (operation.kind) {
    case 'conv':
      return { factor: 1, kernel: kernelOf(operation.conv), bias: biasOf(operation.conv) };
    case 'add': {
      const sign = operation.signs[input] as number;
      return { ...taken(numbers(own)), kernel: scaled(unchanged, new Float64Array(own).fill(sign)) };
    }
    case 'affine': {
      const { gains, offsets } = operation;
      const kernel = gains ? scaled(unchanged, gains) : unchanged;
      return { factor: 1, kernel, bias: offsets ?? new Float64Array(own) };
    }
    case 'concat':
      return taken(channels.flatMap((count, i) => numbers(count).map((one) => (i === input ? one : null))));
    case 'pick':
      return taken(operation.channels);
    case 'shuffle': {
      const { block, channelsFirst } = operation;
      const count = own / block ** 2;
      const from = numbers(block ** 2).flatMap((place) => {
        return numbers(count).map((channel) =>
          channelsFirst ? channel * block ** 2 + place : place * count + channel,
        );
      });
      return taken(from, block);
    }
    case 'repeat':
      return taken(
        numbers(operation.block ** 2).flatMap(() => numbers(own)),
        operation.block,
      );
  }
}

/** One step after another, as one. */
export function joined(first: Step, second: Step): Step {
  const bias = constantsThrough(first.bias, second.kernel, first.factor);
  const from = nestedPlaces(first.factor, second.factor, second.bias.length);
  return {
    factor: first.factor * second.factor,
    kernel: rearranged(through(first.kernel, second.kernel, first.factor), from),
    bias: Float64Array.from(from, (at) => {
      return (bias[at] as number) + (second.bias[at % second.bias.length] as number);
    }),
  };
}

/** A value after one more step. */
export function after({ factor, terms, bias }: Value, step: Step): Value {
  const steps = [...terms].map(([name, kernel]) => [name, joined({ factor, kernel, bias }, step)] as const);
  return {
    factor: factor * step.factor,
    terms: new Map(steps.map(([name, { kernel }]) => [name, kernel])),
    bias: (steps[0] as (typeof steps)[number])[1].bias,
  };
}

/** The sum of two values on one grid. */
export function added(a: Value, b: Value): Value {
  const terms = new Map(a.terms);
  for (const [name, kernel] of b.terms) {
    const other = terms.get(name);
    terms.set(name, other ? sum(other, kernel) : kernel);
  }
  return { ...a, terms, bias: a.bias.map((one, i) => one + (b.bias[i] as number)) };
}

/**
 * Where the channels of all fine places come from, when places of `inner` lie in places of `outer`: there, all of one
 * outer place lie together.
 * @param count channels in one outer place
 */
function nestedPlaces(outer: number, inner: number, count: number): readonly number[] {
  const [side, channels] = [outer * inner, count / inner ** 2];
  return numbers(side ** 2).flatMap((place) => {
    const [y, x] = [Math.floor(place / side), place % side];
    const outerPlace = Math.floor(y / inner) * outer + Math.floor(x / inner);
    const innerPlace = (y % inner) * inner + (x % inner);
    return numbers(channels).map((channel) => outerPlace * count + innerPlace * channels + channel);
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
