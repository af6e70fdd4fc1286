import type { AttributeValues } from '../build.ts';
import { elementCount } from '../data-type.ts';
import { inferDimensions } from '../dimensions.ts';
import { GraphBuilder } from '../graph-builder.ts';
import type { OnnxModel } from '../model.ts';
import { fixDimensions } from '../rewrites/fix-dimensions.ts';
import { noise, weights } from '../test-support.ts';

/** A tensor of a network that a test draws. */
export type Drawn = {
  readonly name: string;
  readonly channels: number;
  /** Times the sides of the picture. */
  readonly scale: number;
  /** Of the picture's pixels, how far it sees. */
  readonly reach: number;
};

type ConvOptions = {
  readonly bias?: boolean;
  readonly group?: number;
  readonly attributes?: AttributeValues;
};

/** Draws networks with random weights that keep values near 1, and knows how far their tensors see. */
export class TestNetwork {
  readonly #builder = new GraphBuilder();
  #seed: number;
  readonly input: Drawn = { name: this.#builder.input, channels: 3, scale: 1, reach: 0 };

  constructor(seed: number) {
    this.#seed = seed;
  }

  conv(from: Drawn, channels: number, side: number, options: ConvOptions = {}): Drawn {
    const { bias = true, group = 1, attributes = {} } = options;
    const perGroup = from.channels / group;
    const gain = 1.7 / Math.sqrt(perGroup * side * side);
    const inputs = [from.name, this.#weight([channels, perGroup, side, side], gain)];
    if (bias) inputs.push(this.#weight([channels], 0.5));
    const pad = BigInt((side - 1) / 2);
    const name = this.#builder.add('Conv', inputs, {
      pads: [pad, pad, pad, pad],
      ...(group > 1 ? { group: BigInt(group) } : {}),
      ...attributes,
    });
    return { ...from, name, channels, reach: from.reach + (side - 1) / 2 / from.scale };
  }

  relu(from: Drawn): Drawn {
    return this.pointwise('LeakyRelu', from, { alpha: { float: 0.2 } });
  }

  /** One tensor in, the same sides out. */
  pointwise(opType: string, from: Drawn, attributes: AttributeValues = {}): Drawn {
    return { ...from, name: this.#builder.add(opType, [from.name], attributes) };
  }

  join(opType: 'Add' | 'Sub', a: Drawn, b: Drawn): Drawn {
    const name = this.#builder.add(opType, [a.name, b.name]);
    return { ...a, name, reach: Math.max(a.reach, b.reach) };
  }

  concat(...parts: readonly Drawn[]): Drawn {
    const name = this.#builder.add(
      'Concat',
      parts.map((part) => part.name),
      { axis: 1n },
    );
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    return { ...(parts[0] as Drawn), name, channels, reach: Math.max(...parts.map(({ reach }) => reach)) };
  }

  /** With a constant for each channel, or one for all; `constantFirst` as in 1 − x. */
  constant(opType: string, from: Drawn, dims: readonly number[], constantFirst = false): Drawn {
    const constant = this.#weight(dims, 1, 0.3);
    const inputs = constantFirst ? [constant, from.name] : [from.name, constant];
    return { ...from, name: this.#builder.add(opType, inputs) };
  }

  split(from: Drawn, counts: readonly number[]): Drawn[] {
    const inputs = [from.name, this.#builder.ints(counts)];
    const names = this.#builder.addMany('Split', inputs, counts.length, { axis: 1n });
    return names.map((name, i) => ({ ...from, name, channels: counts[i] as number }));
  }

  /** Of the channels; of a list, `axis` 0, its entries. */
  slice(from: Drawn, start: number, end: number, axis = 1): Drawn {
    const inputs = [from.name, ...[[start], [end], [axis]].map((list) => this.#builder.ints(list))];
    return { ...from, name: this.#builder.add('Slice', inputs), channels: end - start };
  }

  gather(from: Drawn, channels: readonly number[]): Drawn {
    const name = this.#builder.add('Gather', [from.name, this.#builder.ints(channels)], { axis: 1n });
    return { ...from, name, channels: channels.length };
  }

  shuffle(from: Drawn, block: number, mode: 'CRD' | 'DCR' = 'CRD'): Drawn {
    const name = this.#builder.add('DepthToSpace', [from.name], { blocksize: BigInt(block), mode });
    return { ...from, name, channels: from.channels / block ** 2, scale: from.scale * block };
  }

  repeat(from: Drawn, factor: number, attributes?: AttributeValues, across = factor): Drawn {
    const name = this.#builder.add('Resize', [from.name, '', this.#builder.floats([1, 1, factor, across])], {
      mode: 'nearest',
      ...(attributes ?? { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
    });
    return { ...from, name, scale: from.scale * factor };
  }

  /** Means of whole channels, times what they are means of. */
  gate(from: Drawn): Drawn {
    const mean = this.#builder.add('GlobalAveragePool', [from.name]);
    return { ...from, name: this.#builder.add('Mul', [from.name, mean]) };
  }

  /** With a number that the network calculates. */
  times(from: Drawn, factor: Drawn): Drawn {
    return { ...from, name: this.#builder.add('Mul', [from.name, factor.name]) };
  }

  finish(result: Drawn): OnnxModel {
    return this.#builder.finish(result.name);
  }

  #weight(dims: readonly number[], range: number, least = 0): string {
    this.#seed++;
    const values = noise(elementCount(dims), range, this.#seed * 7919).map(
      (one) => one + Math.sign(one) * least,
    );
    const { dataType, bytes } = weights(dims, values);
    return this.#builder.weight(`w${this.#seed}`, dataType, dims, bytes);
  }
}

/** Multiply-accumulates of all convolutions for each pixel of the picture. */
export function macsPerPixel({ graph }: OnnxModel): number {
  const side = 32;
  const { dims } = inferDimensions(fixDimensions(graph, [1, 3, side, side]));
  const convolutions = graph.nodes.filter(({ opType }) => opType === 'Conv');
  const macs = convolutions.map(({ inputs, outputs }) => {
    const [weight, output] = [dims.get(inputs[1] as string), dims.get(outputs[0] as string)];
    return elementCount((weight as readonly number[]).slice(1)) * elementCount(output as readonly number[]);
  });
  return macs.reduce((sum, one) => sum + one, 0) / side ** 2;
}
