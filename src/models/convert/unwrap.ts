import type { TesseraError } from '../../base/errors.ts';
import {
  isTag,
  nameOfValue,
  type Opaque,
  type PickleDict,
  type PickleValue,
  type Tensor,
} from './pickle-values.ts';
import { quoted, SAVE_WEIGHTS, unsupported } from './weight-errors.ts';
import { MAX_TENSORS } from './weight-limits.ts';

/**
 * Where trainers put the weights, the best first: the moving average before what it is the average of. The order is that of
 * chaiNNer-org/spandrel.
 */
const WRAPPERS = ['model_state_dict', 'state_dict', 'params_ema', 'params-ema', 'params', 'model', 'net'];
/** Wrappers in wrappers; real files have one, rarely two. */
const MAX_WRAPPERS = 4;
/** What parallel training and adversarial training put before every name. */
const PREFIXES = ['module.', 'netG.'];
const MAX_NAMES_SHOWN = 6;

/**
 * The tensors of a network in whatever a trainer saved around them. What lies beside them is left out, as long as it is data.
 * @throws TesseraError `model-unsupported`, with the names that were seen, where there are no weights
 */
export function unwrap(saved: PickleValue): Map<string, Tensor> {
  let dict = dictOf(saved, 'The file');
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const inner = wrappedIn(dict);
    if (!inner) break;
    dict = inner;
  }
  const tensors = new Map<string, Tensor>();
  for (const [key, value] of dict) {
    if (isTag(value, 'tensor')) tensors.set(nameOf(key), value);
    else if (isRefused(value)) throw refused(`The entry ${quoted(String(key))} of the file`, value);
  }
  if (tensors.size === 0) throw noWeights(dict);
  if (tensors.size > MAX_TENSORS)
    throw unsupported(`The file holds ${tensors.size} tensors; at most ${MAX_TENSORS} are read.`);
  return tensors;
}

/** The map without the prefixes that all of its names share. */
export function withoutPrefixes<T>(named: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  let map = named;
  for (const prefix of PREFIXES) {
    if ([...map.keys()].every((name) => name.startsWith(prefix) && name.length > prefix.length))
      map = new Map(Array.from(map, ([name, value]) => [name.slice(prefix.length), value]));
  }
  return map;
}

function wrappedIn(dict: PickleDict): PickleDict | null {
  for (const name of WRAPPERS) {
    const inner = dict.get(name);
    if (inner instanceof Map) return inner;
    if (isRefused(inner)) throw refused(`The entry ${quoted(name)} of the file`, inner);
  }
  const [only] = dict.values();
  return dict.size === 1 && only instanceof Map ? only : null;
}

function dictOf(value: PickleValue, what: string): PickleDict {
  if (value instanceof Map) return value;
  if (isRefused(value)) throw refused(what, value);
  throw unsupported(`${what} holds ${nameOfValue(value)}, not a network's weights by name.`);
}

type Refused = Opaque & { readonly because: string };

function isRefused(value: PickleValue | undefined): value is Refused {
  return isTag(value, 'opaque') && value.because !== null;
}

function refused(what: string, value: Refused): TesseraError {
  return unsupported(`${what} is ${quoted(value.name)}, not weights: ${value.because}.`, SAVE_WEIGHTS, {
    name: value.name,
  });
}

function nameOf(key: PickleValue): string {
  if (typeof key === 'string') return key;
  throw unsupported(`A tensor of the file is named by ${nameOfValue(key)}, not by a text.`);
}

function noWeights(dict: PickleDict): TesseraError {
  const names = Array.from(dict.keys()).slice(0, MAX_NAMES_SHOWN);
  const shown = names.map((name) => quoted(typeof name === 'string' ? name : nameOfValue(name))).join(', ');
  const what = dict.size === 0 ? 'nothing' : `no weights where they are looked for, but ${shown}`;
  const more = dict.size > names.length ? ` and ${dict.size - names.length} more` : '';
  return unsupported(`The file holds ${what}${more}.`, SAVE_WEIGHTS, { entries: dict.size });
}
