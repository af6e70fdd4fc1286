import type { WeightType } from './state-dict.ts';

/** What a pickle makes. Nothing here can run: a name of Python becomes one of these fixed tags, or an error. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleTag;

export type PickleTag = Maker | StorageType | Storage | Tensor | Opaque | Foreign;

export type PickleTuple = readonly PickleValue[];
export type PickleDict = Map<PickleValue, PickleValue>;
export type PickleList = { readonly kind: 'list'; readonly items: PickleValue[] };

/** One of the few things that are rebuilt. */
export type Maker = {
  readonly kind: 'maker';
  readonly makes: 'dict' | 'dict of a factory' | 'tensor' | 'first argument';
};

/** A type of numbers; null where it is known but not supported. */
export type StorageType = {
  readonly kind: 'storage-type';
  readonly name: string;
  readonly type: WeightType | null;
};

/** A run of numbers that lies elsewhere in the file. */
export type Storage = {
  readonly kind: 'storage';
  readonly of: StorageType;
  readonly key: string;
  readonly elements: number;
};

/** A view of a storage, unchecked; offset and strides in elements. */
export type Tensor = {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
};

/**
 * An object of which nothing is kept. `because` says why it cannot be weights, for those that stand in their place; null
 * where it is plain data, which may stand anywhere.
 */
export type Opaque = { readonly kind: 'opaque'; readonly name: string; readonly because: string | null };

/** A name that no file of weights needs: any use of it ends the reading. */
export type Foreign = { readonly kind: 'foreign'; readonly name: string };

export function isTag<K extends PickleTag['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleTag, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

export function isList(value: PickleValue | undefined): value is PickleList {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'list';
}

/** Words for a message. */
export function nameOfValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'object') {
    if (Array.isArray(value)) return 'a tuple';
    if (value instanceof Map) return 'a dict';
    return 'kind' in value ? NAMES[value.kind](value as never) : 'a tuple';
  }
  return typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'True or False' : 'a number';
}

type Named = PickleTag | PickleList;
const NAMES: { readonly [K in Named['kind']]: (value: Extract<Named, { kind: K }>) => string } = {
  list: () => 'a list',
  maker: ({ makes }) => `what makes a ${makes}`,
  'storage-type': ({ name }) => name,
  storage: ({ of }) => `a ${of.name}`,
  tensor: () => 'a tensor',
  opaque: ({ name }) => name,
  foreign: ({ name }) => name,
};
