import { defined } from '../../../base/assert.ts';
import type { AttributeValues } from '../../onnx/build.ts';
import { DataType, elementCount } from '../../onnx/data-type.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import type { Axis, AxisGraph } from './axes.ts';
import type { Blob } from './blob.ts';
import { corruptLayer, unsupportedLayer } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import type { LayerParams } from './layer-params.ts';
import type { NcnnWeight } from './read-bin.ts';

/** What all layers of one conversion write into. */
export type Conversion = {
  readonly builder: GraphBuilder;
  readonly axes: AxisGraph;
  /** By layer index, then by role. */
  readonly weights: readonly ReadonlyMap<string, NcnnWeight>[];
  /** Set by layers through which the whole picture enters every output pixel. */
  dependsOnTileSize: boolean;
  /** Cleared by layers that do not say how far they reach. */
  reachIsKnown: boolean;
};

/** One layer on its way into the graph: what it says, what it is given, and where it writes. */
export class LayerScope {
  readonly layer: NcnnLayer;
  readonly inputs: readonly Blob[];
  readonly conversion: Conversion;

  constructor(layer: NcnnLayer, inputs: readonly Blob[], conversion: Conversion) {
    this.layer = layer;
    this.inputs = inputs;
    this.conversion = conversion;
  }

  get params(): LayerParams {
    return this.layer.params;
  }

  get builder(): GraphBuilder {
    return this.conversion.builder;
  }

  get axes(): AxisGraph {
    return this.conversion.axes;
  }

  /** The input of a layer that takes one. */
  get input(): Blob {
    this.requireInputs(1, 1);
    return defined(this.inputs[0], 'input');
  }

  /** The two inputs of a layer that takes two. */
  get pair(): readonly [Blob, Blob] {
    this.requireInputs(2, 2);
    return [defined(this.inputs[0], 'first input'), defined(this.inputs[1], 'second input')];
  }

  requireInputs(least: number, most: number): void {
    const { length } = this.inputs;
    if (length < least || length > most)
      throw corruptLayer(
        this.layer,
        `has ${length} inputs, not ${least === most ? least : `${least} or more`}`,
      );
  }

  /** The input, which has rows, columns and channels. */
  get map(): Blob {
    const { input } = this;
    if (input.sides.length !== 3)
      throw this.unsupported(`works on ${input.sides.length} sides instead of three`);
    return input;
  }

  node(opType: string, inputs: readonly string[], attributes: AttributeValues = {}): string {
    return this.builder.add(opType, inputs, attributes);
  }

  /** A blob of the same sides. */
  same(tensor: string, { sides }: Blob = this.input): Blob {
    return { tensor, sides };
  }

  axis(length: number): Axis {
    return this.axes.fixed(length, this.layer);
  }

  /** The length of a side that is the same for every picture. */
  fixedLength(axis: Axis, what: string): number {
    const length = this.axes.fixedLength(axis);
    if (length === null) throw this.unsupported(`works on ${what} that depends on the picture's size`);
    return length;
  }

  /** The length of the outermost side. */
  channels(blob: Blob): number {
    return this.fixedLength(defined(blob.sides[0], 'side'), 'a number of channels');
  }

  /** @throws TesseraError where the blob has another number of channels than the layer's weights are for */
  requireChannels(blob: Blob, wanted: number): void {
    const channels = this.channels(blob);
    if (channels === wanted) return;
    if (blob.tensor !== this.builder.input)
      throw corruptLayer(this.layer, `is made for ${wanted} channels and gets ${channels}`);
    throw this.unsupported(`takes ${wanted} channels where a picture has 3`);
  }

  /** A weight as an initializer of these sides, as it lies in the file. */
  weight(role: string, dims: readonly number[]): string {
    const { bytes } = this.#weight(role);
    return this.#initializer(role, dims, bytes);
  }

  /** A weight's values, to compute with. */
  values(role: string): Float32Array {
    const { bytes } = this.#weight(role);
    return new Float32Array(new Uint8Array(bytes).buffer);
  }

  /** Values that were computed from weights, as an initializer. */
  computed(role: string, dims: readonly number[], values: Float32Array): string {
    const { buffer, byteOffset, byteLength } = values;
    return this.#initializer(role, dims, new Uint8Array(buffer, byteOffset, byteLength));
  }

  unsupported(why: string): Error {
    return unsupportedLayer(this.layer, why);
  }

  corrupt(what: string): Error {
    return corruptLayer(this.layer, what);
  }

  #weight(role: string): NcnnWeight {
    return defined(this.conversion.weights[this.layer.index]?.get(role), `weight ${role}`);
  }

  #initializer(role: string, dims: readonly number[], bytes: Uint8Array): string {
    if (elementCount(dims) * 4 !== bytes.length)
      throw this.corrupt(`has ${bytes.length / 4} values of “${role}” for ${dims.join('×')}`);
    return this.builder.weight(`${this.layer.index}.${role}`, DataType.float32, dims, bytes);
  }
}
