import { corruptParam } from './errors.ts';
import type { Place } from './layer.ts';

/**
 * What a layer's line says under one number. The binary form has 32 bits without a type: the layer that asks knows what
 * they are.
 */
export type ParamValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  | { readonly kind: 'bits'; readonly values: Int32Array }
  | { readonly kind: 'text'; readonly value: string };

export type IntRange = {
  /** Where the line does not say. */
  readonly absent: number;
  /** The smallest and the largest that is accepted. */
  readonly from: number;
  readonly to: number;
};

/** The parameters of one layer, by their numbers; what is not written has the layer's default. */
export class LayerParams {
  readonly #values: ReadonlyMap<number, ParamValue>;
  readonly #place: Place;

  constructor(values: ReadonlyMap<number, ParamValue>, place: Place) {
    this.#values = values;
    this.#place = place;
  }

  has(id: number): boolean {
    return this.#values.has(id);
  }

  /** The same, but for these. */
  with(numbers: Readonly<Record<number, number>>): LayerParams {
    const changed = Object.entries(numbers).map(
      ([id, value]) => [Number(id), { kind: 'number', value }] as const,
    );
    return new LayerParams(new Map<number, ParamValue>([...this.#values, ...changed]), this.#place);
  }

  /** Those that are text: newer files have formulas for sizes there. */
  get texts(): readonly { readonly id: number; readonly text: string }[] {
    return [...this.#values].flatMap(([id, value]) =>
      value.kind === 'text' ? [{ id, text: value.value }] : [],
    );
  }

  /** Null where the line does not say, or says a number. */
  text(id: number): string | null {
    const value = this.#values.get(id);
    return value?.kind === 'text' ? value.value : null;
  }

  /** A whole number within that range. @throws TesseraError `model-corrupt` where it is anything else */
  int(id: number, { absent, from, to }: IntRange): number {
    const value = this.#one(id, absent, intsOf);
    if (!Number.isInteger(value) || value < from || value > to)
      throw this.#bad(id, `is ${value}, not a whole number from ${from} to ${to}`);
    return value;
  }

  flag(id: number, absent = 0): boolean {
    return this.int(id, { absent, from: 0, to: 1 }) === 1;
  }

  /** @throws TesseraError `model-corrupt` where it is not a finite number */
  float(id: number, absent: number): number {
    const value = this.#one(id, absent, floatsOf);
    if (!Number.isFinite(value)) throw this.#bad(id, `is ${value}`);
    return value;
  }

  /** A list of whole numbers; empty where the line does not say. */
  ints(id: number): readonly number[] {
    const values = this.#list(id, intsOf);
    if (!values.every(Number.isInteger)) throw this.#bad(id, 'is not a list of whole numbers');
    return values;
  }

  /** A list of finite numbers; empty where the line does not say. */
  floats(id: number): readonly number[] {
    const values = this.#list(id, floatsOf);
    if (!values.every(Number.isFinite)) throw this.#bad(id, 'is not a list of numbers');
    return values;
  }

  #one(id: number, absent: number, read: (value: ParamValue) => readonly number[] | null): number {
    if (!this.#values.has(id)) return absent;
    const values = this.#list(id, read);
    if (values.length !== 1) throw this.#bad(id, `has ${values.length} values instead of one`);
    return values[0] as number;
  }

  #list(id: number, read: (value: ParamValue) => readonly number[] | null): readonly number[] {
    const value = this.#values.get(id);
    if (value === undefined) return [];
    const values = read(value);
    if (values === null) throw this.#bad(id, 'is text where a number belongs');
    return values;
  }

  #bad(id: number, what: string) {
    return corruptParam(`parameter ${id} ${what}`, this.#place);
  }
}

function intsOf(value: ParamValue): readonly number[] | null {
  if (value.kind === 'bits') return Array.from(value.values);
  return written(value);
}

function floatsOf(value: ParamValue): readonly number[] | null {
  if (value.kind === 'bits') return Array.from(new Float32Array(value.values.slice().buffer));
  return written(value);
}

function written(value: ParamValue): readonly number[] | null {
  if (value.kind === 'number') return [value.value];
  return value.kind === 'numbers' ? value.values : null;
}
