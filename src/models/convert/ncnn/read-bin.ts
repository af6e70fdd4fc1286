import { fromFloat16 } from '../../onnx/float16.ts';
import { corruptBin, unsupportedLayer } from './errors.ts';
import type { NcnnLayer } from './layer.ts';

/** The first 32 bits of weights that have a tag (`modelbin.cpp`). */
export const TAG = { float16: 0x01306b47, int8: 0x000d4b38, float32: 0x0002c056, bare: 0 } as const;

/** Values of a table that indices of 8 bits point into. */
const TABLE_SIZE = 256;

/** One run of weights that a layer reads. */
export type WeightSpec = {
  /** What the layer calls it. */
  readonly role: string;
  /** How many values; 1 or more. */
  readonly count: number;
  /** Whether a tag before it says how the values are written; else they are float32. */
  readonly isTagged: boolean;
};

/** Weights as float32, little-endian: a view into the file where it has them so. */
export type NcnnWeight = { readonly bytes: Uint8Array; readonly isHalf: boolean };

/** Reads a `.bin` file, which has no index: what stands where follows from the layers before. */
export class BinReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /**
   * @throws TesseraError `model-corrupt` with layer and byte where the file ends too early, `model-unsupported` for
   * weights of 8 bits
   */
  read({ count, isTagged }: WeightSpec, layer: NcnnLayer): NcnnWeight {
    const tag = isTagged ? this.#word(layer) : TAG.bare;
    if (tag === TAG.float16) return { bytes: this.#halves(count, layer), isHalf: true };
    if (tag === TAG.int8) throw quantized(layer);
    if (tag === TAG.float32 || tag === TAG.bare)
      return { bytes: this.#take(4 * count, layer), isHalf: false };
    return { bytes: this.#fromTable(count, layer), isHalf: false };
  }

  /** @throws TesseraError `model-corrupt` where bytes are left */
  finish(): void {
    const { length } = this.#bytes;
    if (this.#offset < length)
      throw corruptBin(`its layers take ${this.#offset} bytes and the file has ${length}`, {
        offset: this.#offset,
        bytes: length,
      });
  }

  #halves(count: number, layer: NcnnLayer): Uint8Array {
    const halves = this.#take(padded(2 * count), layer);
    const floats = new Float32Array(count);
    const table = halfTable();
    for (let i = 0; i < count; i++)
      floats[i] = table[(halves[2 * i] as number) | ((halves[2 * i + 1] as number) << 8)] as number;
    return new Uint8Array(floats.buffer);
  }

  #fromTable(count: number, layer: NcnnLayer): Uint8Array {
    const table = new Float32Array(new Uint8Array(this.#take(4 * TABLE_SIZE, layer)).buffer);
    const indices = this.#take(padded(count), layer);
    const floats = new Float32Array(count);
    for (let i = 0; i < count; i++) floats[i] = table[indices[i] as number] as number;
    return new Uint8Array(floats.buffer);
  }

  #word(layer: NcnnLayer): number {
    const at = this.#offset;
    this.#take(4, layer);
    return this.#view.getUint32(at, true);
  }

  #take(bytes: number, layer: NcnnLayer): Uint8Array {
    const left = this.#bytes.length - this.#offset;
    if (bytes > left)
      throw corruptBin(
        `layer “${layer.name}” needs ${bytes} bytes at byte ${this.#offset}, and ${left} are left`,
        { offset: this.#offset, bytes: this.#bytes.length },
      );
    const start = this.#offset;
    this.#offset += bytes;
    return this.#bytes.subarray(start, this.#offset);
  }
}

export function quantized(layer: NcnnLayer): Error {
  return unsupportedLayer(
    layer,
    'has weights of 8 bits (int8), which Tessera does not run',
    'Use the float32 or float16 version of this model: the one that was given to ncnn2int8.',
  );
}

/** Runs of 8 and 16 bits are filled up to four bytes. */
function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

let halves: Float32Array | null = null;

/** Every half there is, as float32: a network has millions of weights. */
function halfTable(): Float32Array {
  halves ??= fromFloat16(Uint16Array.from({ length: 65536 }, (_, bits) => bits));
  return halves;
}
