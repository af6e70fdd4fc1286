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

/** A tensor in terms of itself. */
export function valueOfItself(name: string, channels: number): Value {
  return { factor: 1, terms: new Map([[name, identity(channels)]]), bias: new Float64Array(channels) };
}

/** The value of a linear tensor by those of what it reads, which have one factor: see `sizeOf`. */
export function evaluated({ operation }: LinearNode, inputs: readonly Value[]): Value {
  const [first] = inputs as readonly [Value];
  const { factor, bias } = first;
  switch (operation.kind) {
    case 'conv': {
      const kernel = kernelOf(operation.conv);
      const own = biasOf(operation.conv);
      return {
        factor,
        terms: mapped(first.terms, (one) => through(one, kernel, factor)),
        bias: constantsThrough(bias, kernel, factor).map((one, i) => one + (own[i % own.length] as number)),
      };
    }
    case 'add':
      return inputs
        .map((input, i) => times(input, Float64Array.of(operation.signs[i] as number)))
        .reduce(added);
    case 'affine': {
      const { gains, offsets } = operation;
      const { terms, bias: moved } = gains ? times(first, gains) : first;
      return {
        factor,
        terms,
        bias: offsets ? moved.map((one, i) => one + (offsets[i % offsets.length] as number)) : moved,
      };
    }
    case 'concat':
      return concatenated(inputs);
    case 'pick': {
      const channels = bias.length / factor ** 2;
      const places = Array.from({ length: factor ** 2 }, (_, place) => place * channels);
      return rearrangedValue(
        first,
        places.flatMap((start) => operation.channels.map((channel) => start + channel)),
      );
    }
    case 'shuffle':
      return rearrangedValue(first, shuffled(first, operation), factor * operation.block);
    case 'repeat':
      return rearrangedValue(first, repeated(first, operation.block), factor * operation.block);
  }
}

function times(value: Value, gains: Float64Array): Value {
  const all = value.bias.map((_, i) => gains[i % gains.length] as number);
  return {
    ...value,
    terms: mapped(value.terms, (kernel) => scaled(kernel, all)),
    bias: value.bias.map((one, i) => one * (all[i] as number)),
  };
}

function added(a: Value, b: Value): Value {
  const terms = new Map(a.terms);
  for (const [name, kernel] of b.terms) {
    const other = terms.get(name);
    terms.set(name, other ? sum(other, kernel) : kernel);
  }
  return { ...a, terms, bias: a.bias.map((one, i) => one + (b.bias[i] as number)) };
}

function concatenated(inputs: readonly Value[]): Value {
  const [{ factor }] = inputs as readonly [Value];
  const counts = inputs.map(({ bias }) => bias.length / factor ** 2);
  const owners = counts.flatMap((count, owner) =>
    Array.from({ length: count }, (_, channel) => ({ owner, channel })),
  );
  const places = Array.from({ length: factor ** 2 }, (_, place) => place);
  return inputs
    .map((input, i) => {
      const from = places.flatMap((place) => {
        return owners.map(({ owner, channel }) =>
          owner === i ? place * (counts[i] as number) + channel : null,
        );
      });
      return rearrangedValue(input, from);
    })
    .reduce(added);
}

/** Where the channels of a DepthToSpace come from: its places lie within the places that were there before. */
function shuffled(
  { factor, bias }: Value,
  { block, channelsFirst }: { readonly block: number; readonly channelsFirst: boolean },
): readonly number[] {
  const fine = factor * block;
  const channels = bias.length / fine ** 2;
  return Array.from(bias, (_, i) => {
    const [place, channel] = [Math.floor(i / channels), i % channels];
    const [y, x] = [Math.floor(place / fine), place % fine];
    const outer = Math.floor(y / block) * factor + Math.floor(x / block);
    const inner = (y % block) * block + (x % block);
    const within = channelsFirst ? channel * block ** 2 + inner : inner * channels + channel;
    return outer * channels * block ** 2 + within;
  });
}

/** Where the channels of an enlargement by repeated pixels come from. */
function repeated({ factor, bias }: Value, block: number): readonly number[] {
  const fine = factor * block;
  const channels = bias.length / factor ** 2;
  return Array.from({ length: channels * fine ** 2 }, (_, i) => {
    const [place, channel] = [Math.floor(i / channels), i % channels];
    const [y, x] = [Math.floor(place / fine), place % fine];
    return (Math.floor(y / block) * factor + Math.floor(x / block)) * channels + channel;
  });
}

function rearrangedValue(value: Value, from: readonly (number | null)[], factor = value.factor): Value {
  return {
    factor,
    terms: mapped(value.terms, (kernel) => rearranged(kernel, from)),
    bias: Float64Array.from(from, (source) => (source === null ? 0 : (value.bias[source] as number))),
  };
}

function mapped(
  terms: ReadonlyMap<string, Kernel>,
  change: (kernel: Kernel) => Kernel,
): ReadonlyMap<string, Kernel> {
  return new Map([...terms].map(([name, kernel]) => [name, change(kernel)]));
}
