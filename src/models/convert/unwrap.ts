import type { TesseraError } from '../../base/errors.ts';
import {
  isTag,
  nameOfValue,
  type Opaque,
  type PickleDict,
  type PickleValue,
  type Tensor,
} from './pickle-values.ts';
import type { IsNetwork, Shapes } from './state-dict.ts';
import { quoted, SAVE_WEIGHTS, unsupported } from './weight-errors.ts';
import { MAX_TENSORS } from './weight-limits.ts';
import { byLikelihood, isForTraining, isWrapper } from './wrapper-names.ts';

/** Wrappers in wrappers; real files have one, rarely two. */
const MAX_WRAPPERS = 4;
/** So many dicts with tensors are looked at; real files have one or two beside those of an optimizer. */
const MAX_DICTS = 64;
const MAX_NAMES_SHOWN = 6;

/** A dict that holds tensors, and the names under which it lies in the file. */
type Found = { readonly path: readonly string[]; readonly dict: PickleDict };

/**
 * The tensors of a network in whatever a trainer saved around them: those that `isNetwork` recognises, moving averages and
 * well-known names before others. What lies beside them is left out, as long as it is data.
 * @throws TesseraError `model-unsupported`, with the names that were seen, where there are no weights, or where nothing tells
 * which of several are meant
 */
export function unwrap(saved: PickleValue, isNetwork: IsNetwork): Map<string, Tensor> {
  const top = dictOf(saved, 'The file');
  const tensors = new Map<string, Tensor>();
  for (const [key, value] of chosen(top, isNetwork)) {
    if (isTag(value, 'tensor')) tensors.set(nameOf(key), value);
    else if (isRefused(value)) throw refused(`The entry ${quoted(String(key))} of the file`, value);
  }
  if (tensors.size > MAX_TENSORS)
    throw unsupported(`The file holds ${tensors.size} tensors; at most ${MAX_TENSORS} are read.`);
  return tensors;
}

function chosen(top: PickleDict, isNetwork: IsNetwork): PickleDict {
  const found = dictsWithTensors(top);
  const networks = found.filter(({ dict }) => isNetwork(shapesIn(dict)));
  // Where no network is known, counters that lie beside a dict are not taken for its weights.
  const likely = found.filter(({ dict }) => [...shapesIn(dict).values()].some(({ dims }) => dims.length > 0));
  const candidates = [networks, likely, found].find(({ length }) => length > 0) ?? [];
  const [first] = candidates;
  const isSure = first?.path.every(isWrapper) ?? false;
  if (networks.length === 0 && !isSure) refuseWhole(top);
  if (!first) throw noWeights(top);
  if (isSure || candidates.length === 1) return first.dict;
  const names = candidates.slice(0, MAX_NAMES_SHOWN).map(({ path }) => quoted(path.join('.')));
  throw unsupported(
    `The file holds several sets of weights (${names.join(', ')}), and nothing in it says which of them to use.`,
    SAVE_WEIGHTS,
    { sets: candidates.length },
  );
}

/** The likeliest first. Only names lead to weights: the numbers of an optimizer's state do not. */
function dictsWithTensors(top: PickleDict): readonly Found[] {
  const found: Found[] = [];
  const seen = new Set<PickleDict>();
  const look = (dict: PickleDict, path: readonly string[]): void => {
    if (seen.has(dict) || found.length >= MAX_DICTS) return;
    seen.add(dict);
    const inner = path.length < MAX_WRAPPERS ? byLikelihood(namesOfDicts(dict)) : [];
    const into = (name: string) => look(dict.get(name) as PickleDict, [...path, name]);
    inner.filter(isWrapper).forEach(into);
    if ([...dict.values()].some((value) => isTag(value, 'tensor'))) found.push({ path, dict });
    inner.filter((name) => !isWrapper(name)).forEach(into);
  };
  look(top, []);
  return found;
}

function namesOfDicts(dict: PickleDict): readonly string[] {
  const names: string[] = [];
  for (const [key, value] of dict)
    if (typeof key === 'string' && value instanceof Map && !isForTraining(key)) names.push(key);
  return names;
}

function shapesIn(dict: PickleDict): Shapes {
  const shapes = new Map<string, Tensor>();
  for (const [key, value] of dict)
    if (typeof key === 'string' && isTag(value, 'tensor')) shapes.set(key, value);
  return shapes;
}

function refuseWhole(dict: PickleDict): void {
  for (const [key, value] of dict)
    if (isRefused(value)) throw refused(`The entry ${quoted(String(key))} of the file`, value);
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
