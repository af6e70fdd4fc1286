import { shapeOf } from '../convert/element-bytes.ts';
import type { StateDict, Weight, WeightType } from '../convert/state-dict.ts';
import { toFloat32 } from '../convert/to-float32.ts';
import { corrupt, listed, unsupported } from './refusals.ts';

/** Left by a tool that counts operations, in files of every architecture. */
const COUNTERS = /(^|\.)total_(ops|params)$/;

const FLOATS: ReadonlySet<WeightType> = new Set(['float64', 'float32', 'float16', 'bfloat16']);

/**
 * The weights of one network as its architecture asks for them, by the architecture's own names. It keeps count of what
 * was asked for, so that nothing in the file goes unused.
 */
export class WeightReader {
  readonly architecture: string;
  readonly #weights = new Map<string, { readonly key: string; readonly weight: Weight }>();
  readonly #taken = new Set<string>();
  #hasFloats = false;
  #hasWideFloats = false;

  /** @param rename the architecture's name for a name in the file */
  constructor(architecture: string, dict: StateDict, rename: (key: string) => string = (key) => key) {
    this.architecture = architecture;
    for (const [key, weight] of dict.weights) {
      const name = rename(key);
      // What two keys of a file claim is found unused under the second one's own name.
      this.#weights.set(this.#weights.has(name) ? key : name, { key, weight });
    }
  }

  get names(): IterableIterator<string> {
    return this.#weights.keys();
  }

  has(name: string): boolean {
    return this.#weights.has(name);
  }

  /**
   * The sides of a weight, each 1 or more, from which hyper-parameters are read; it does not count as used by this.
   * @throws TesseraError `model-corrupt` where it is missing or has another number of sides than `rank`
   */
  dims(name: string, rank: number): readonly number[] {
    const { key, weight } = this.#find(name);
    const { dims } = weight;
    if (dims.length !== rank || dims.some((side) => side < 1)) {
      throw corrupt(
        `The weight “${key}” has the shape ${shapeOf(dims)}; ${this.#expects(`${rank} dimensions`)}.`,
        [key],
      );
    }
    return dims;
  }

  /**
   * A weight as bytes of float32, little-endian, in C order; the file's own where they are float32 there.
   * @throws TesseraError `model-corrupt` where it is missing, of another shape, or not of floats
   */
  bytes(name: string, dims: readonly number[]): Uint8Array {
    const weight = this.#take(name, dims);
    if (weight.type === 'float32') return weight.bytes;
    const { buffer, byteOffset, byteLength } = toFloat32(weight);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** As `bytes`, as numbers that must not be changed. */
  floats(name: string, dims: readonly number[]): Float32Array {
    return toFloat32(this.#take(name, dims));
  }

  /** Marks weights that the architecture has, and that its answer does not depend on, as used. */
  ignore(pattern: RegExp): void {
    for (const name of this.#weights.keys()) if (pattern.test(name)) this.#taken.add(name);
  }

  /** Half where all floats that were taken have 16 bits in the file. */
  get precision(): 'float32' | 'float16' {
    return this.#hasFloats && !this.#hasWideFloats ? 'float16' : 'float32';
  }

  /** @throws TesseraError `model-unsupported` where the file has weights that were not taken */
  finish(): void {
    this.ignore(COUNTERS);
    const left = [...this.#weights].filter(([name]) => !this.#taken.has(name)).map(([, { key }]) => key);
    if (left.length === 0) return;
    throw unsupported(
      `The weights look like ${this.architecture}, but some of them belong to no ${this.architecture} that Tessera knows: ${listed(left)}.`,
      left,
    );
  }

  #take(name: string, dims: readonly number[]): Weight {
    const { key, weight } = this.#find(name, dims);
    const isSame = weight.dims.length === dims.length && dims.every((side, i) => side === weight.dims[i]);
    if (!isSame) {
      throw corrupt(
        `The weight “${key}” has the shape ${shapeOf(weight.dims)}; ${this.#expects(shapeOf(dims))}.`,
        [key],
      );
    }
    if (!FLOATS.has(weight.type))
      throw corrupt(`The weight “${key}” holds ${weight.type}; ${this.#expects('floats')}.`, [key]);
    this.#taken.add(name);
    this.#hasFloats = true;
    this.#hasWideFloats ||= weight.type === 'float32' || weight.type === 'float64';
    return weight;
  }

  #find(name: string, dims?: readonly number[]): { readonly key: string; readonly weight: Weight } {
    const found = this.#weights.get(name);
    if (found) return found;
    const shape = dims ? ` ${shapeOf(dims)}` : '';
    const seen = [...this.#weights.values()].map(({ key }) => key);
    throw corrupt(
      `The weights look like ${this.architecture}, but “${name}”${shape} is missing. The first of those in the file are ${listed(seen)}.`,
      seen,
    );
  }

  #expects(what: string): string {
    return `${this.architecture} expects ${what}`;
  }
}
