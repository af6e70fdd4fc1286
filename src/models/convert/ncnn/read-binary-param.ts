import { corruptParam } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import { layerTypeOf } from './layer-numbers.ts';
import { LayerParams, type ParamValue } from './layer-params.ts';
import { LIST_MARK, MAX_LAYERS, MAX_PARAM_ID, TEXT_MARK } from './param-format.ts';

/** Ends the parameters of a layer. */
const END = -233;

/**
 * The layers of a `.param.bin` file: 32-bit numbers without types or names. Layers are called by their position, blobs
 * by their number.
 * @throws TesseraError `model-corrupt` with the byte
 */
export function readBinaryParam(bytes: Uint8Array): readonly NcnnLayer[] {
  const words = new Words(bytes);
  words.next();
  const count = words.next();
  words.next();
  if (count < 1 || count > MAX_LAYERS)
    throw corruptParam(`${count} layers are declared; 1 to ${MAX_LAYERS} can be read`, at(4));
  return Array.from({ length: count }, (_, index) => readLayer(words, index));
}

function readLayer(words: Words, index: number): NcnnLayer {
  const place = at(words.offset);
  const number = words.next();
  const inputCount = words.next();
  const outputCount = words.next();
  const inputs = Array.from(words.take(inputCount), (blob) => `blob ${blob}`);
  const outputs = Array.from(words.take(outputCount), (blob) => `blob ${blob}`);
  const params = new LayerParams(readParams(words), place);
  return { type: layerTypeOf(number), name: `#${index}`, inputs, outputs, params, place, index };
}

function readParams(words: Words): ReadonlyMap<number, ParamValue> {
  const values = new Map<number, ParamValue>();
  for (let key = words.next(); key !== END; key = words.next()) {
    const from = words.offset - 4;
    const isText = key <= -TEXT_MARK;
    const isList = key <= -LIST_MARK;
    const id = isText ? -key - TEXT_MARK : isList ? -key - LIST_MARK : key;
    if (id < 0 || id > MAX_PARAM_ID)
      throw corruptParam(`parameter ${id} is outside 0 to ${MAX_PARAM_ID}`, at(from));
    if (values.has(id)) throw corruptParam(`parameter ${id} is there twice`, at(from));
    const count = isList ? words.next() : 1;
    if (isText) values.set(id, { kind: 'text', value: words.text(count) });
    else values.set(id, { kind: 'bits', values: words.take(count) });
  }
  return values;
}

/** 32-bit numbers in a row, little-endian. */
class Words {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  next(): number {
    return this.take(1)[0] as number;
  }

  take(count: number): Int32Array {
    this.#need(count, 4);
    const values = Int32Array.from({ length: count }, (_, i) =>
      this.#view.getInt32(this.offset + 4 * i, true),
    );
    this.offset += 4 * count;
    return values;
  }

  text(count: number): string {
    this.#need(count, 1);
    const value = new TextDecoder().decode(this.#bytes.subarray(this.offset, this.offset + count));
    this.offset += count;
    return value;
  }

  #need(count: number, bytesEach: number): void {
    const left = this.#bytes.length - this.offset;
    if (count < 0 || count * bytesEach > left)
      throw corruptParam(
        `${count} values of ${bytesEach} bytes are announced and ${left} bytes are left`,
        at(this.offset),
      );
  }
}

function at(offset: number) {
  return { unit: 'byte', at: offset } as const;
}
