import type { TesseraError } from '../../base/errors.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import { opaque } from './pickle-globals.ts';
import {
  type Foreign,
  isList,
  isTag,
  nameOfValue,
  type PickleDict,
  type PickleTuple,
  type PickleValue,
} from './pickle-values.ts';
import { quoted, SAVE_WEIGHTS, unsupported } from './weight-errors.ts';
import { MAX_RANK } from './weight-limits.ts';

/**
 * What a call of Python's would have made, for the few things that are rebuilt; an inert object stays one.
 * @throws TesseraError `model-corrupt` where the arguments do not fit
 */
export function applied(callee: PickleValue, args: PickleTuple, cursor: PickleCursor): PickleValue {
  if (isTag(callee, 'opaque')) return callee;
  if (!isTag(callee, 'maker')) throw cursor.damaged(`${nameOfValue(callee)} cannot be called`);
  switch (callee.makes) {
    case 'dict':
      return dictOf(args[0], cursor);
    case 'dict of a factory':
      return new Map();
    case 'first argument':
      if (args[0] === undefined) throw cursor.damaged('a parameter has no tensor');
      return args[0];
    case 'tensor':
      return tensorOf(args, cursor);
  }
}

/** Python 2 gives an OrderedDict its items as a list of pairs. */
function dictOf(items: PickleValue | undefined, cursor: PickleCursor): PickleDict {
  const dict: PickleDict = new Map();
  if (items === undefined) return dict;
  for (const pair of sequenceOf(items, cursor)) {
    const [key, value] = sequenceOf(pair, cursor);
    if (key === undefined || value === undefined) throw cursor.damaged('an item of a dict is no pair');
    dict.set(key, value);
  }
  return dict;
}

function sequenceOf(value: PickleValue, cursor: PickleCursor): readonly PickleValue[] {
  if (isList(value)) return value.items;
  if (Array.isArray(value)) return value;
  throw cursor.damaged(`${nameOfValue(value)} is no list`);
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`; the older form has the first four. */
function tensorOf(args: PickleTuple, cursor: PickleCursor): PickleValue {
  const [storage, offset, size, stride] = args;
  if (isTag(storage, 'opaque')) return storage;
  const metadata = args[6];
  if (metadata instanceof Map && metadata.size > 0)
    return opaque('a tensor', 'its numbers are stored negated or conjugated');
  if (!isTag(storage, 'storage')) throw cursor.damaged('a tensor has no storage');
  const dims = sidesOf(size, cursor);
  const strides = sidesOf(stride, cursor);
  if (dims.length !== strides.length)
    throw cursor.damaged(`a tensor has ${dims.length} sides and ${strides.length} strides`);
  return { kind: 'tensor', storage, offset: wholeOf(offset, cursor), dims, strides };
}

function sidesOf(value: PickleValue | undefined, cursor: PickleCursor): readonly number[] {
  const sides = sequenceOf(value ?? null, cursor);
  if (sides.length > MAX_RANK)
    throw cursor.damaged(`a tensor has ${sides.length} sides; ${MAX_RANK} is the most`);
  return sides.map((side) => wholeOf(side, cursor));
}

/** A size or place: a number of 0 or more that is exact. */
export function wholeOf(value: PickleValue | undefined, cursor: PickleCursor): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown = typeof value === 'number' ? value : nameOfValue(value ?? null);
  throw cursor.damaged(`${shown} is no size or place`);
}

const WANTS = {
  call: 'wants to call',
  object: 'holds an object of the class',
  mention: 'refers to',
} as const;

/** @param how what the file wants of the name */
export function notToBeUsed(foreign: Foreign, how: keyof typeof WANTS, offset: number): TesseraError {
  const why =
    how === 'object'
      ? 'It may be a whole network, code and all; only weights can be used.'
      : 'No file of weights needs that, and nothing of it was run.';
  return unsupported(
    `The file ${WANTS[how]} ${quoted(foreign.name)} (at byte ${offset}). ${why}`,
    how === 'call' ? `Do not trust this file unless you made it yourself. ${SAVE_WEIGHTS}` : SAVE_WEIGHTS,
    { name: foreign.name, offset },
  );
}
