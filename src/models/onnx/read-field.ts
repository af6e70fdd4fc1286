import { corrupt, type Field, unsigned, Wire } from './wire-reader.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws TesseraError `model-corrupt` where the field's value is not laid out so */
export function requireWire(field: Field, wire: number): void {
  if (field.wire !== wire)
    throw corrupt(`field ${field.number} is of kind ${field.wire}, not ${wire}`, field.from);
}

/** @throws TesseraError `model-corrupt` where it is not a run of bytes in UTF-8 */
export function readText(bytes: Uint8Array, field: Field): string {
  try {
    return UTF8.decode(readBytes(bytes, field));
  } catch {
    throw corrupt(`field ${field.number} is not a name`, field.from);
  }
}

export function readBytes(bytes: Uint8Array, field: Field): Uint8Array {
  requireWire(field, Wire.bytes);
  return bytes.subarray(field.start, field.end);
}

/** A whole number of 0 or more that is small in every real file: a type, a version. */
export function wholeOf(bytes: Uint8Array, field: Field): number {
  requireWire(field, Wire.varint);
  return unsigned(bytes, field.start, field.end);
}

/** Collects the fields that nobody reads, neighbours in one view. */
export class RestOf {
  readonly #bytes: Uint8Array;
  readonly #fields: Uint8Array[] = [];
  #from = 0;
  #end = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  add(field: Field): void {
    if (field.from === this.#end) this.#fields.pop();
    else this.#from = field.from;
    this.#end = field.end;
    this.#fields.push(this.#bytes.subarray(this.#from, this.#end));
  }

  get fields(): readonly Uint8Array[] {
    return this.#fields;
  }
}
