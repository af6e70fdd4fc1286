import { byLikelihood, isAverage, isForTraining } from '../convert/wrapper-names.ts';

/** Prefixes of prefixes, such as `module._orig_mod.generator.`; real files have two at most. */
const MAX_PREFIXES = 5;
/** Of files with more names none is looked at twice: the largest networks have 3000, beside averages and discriminators. */
const MAX_NAMES = 16_384;

/** What tools that average or count leave beside a network, one number each. */
const COUNTERS =
  /^(n_averaged|num_updates|initted|(global_)?step|epoch|iter(ation)?s?|total_(ops|params)|decay)$/;

type Named<T> = ReadonlyMap<string, T>;
type Sized = { readonly dims: readonly number[] };

/**
 * The weights under the file's names, then under those without the prefix that all of them share, without the next one, and
 * so on: one of these is what their network itself calls them, unless the file holds more than that. What is known to be no
 * part of a network counts for nothing and goes with the prefix: counters, what served the training, and beside an average
 * what it is the average of.
 */
export function underEachPrefix<T extends Sized>(weights: Named<T>): readonly Named<T>[] {
  if (weights.size > MAX_NAMES) return [weights];
  const levels: Named<T>[] = [];
  for (let inner: Named<T> | null = weights; inner && levels.length <= MAX_PREFIXES; inner = onlyPart(inner))
    levels.push(inner);
  return levels;
}

/** All weights below the one first part of names that counts; null where there are more, or weights beside it. */
function onlyPart<T extends Sized>(weights: Named<T>): Named<T> | null {
  const parts = new Map<string, Map<string, T>>();
  for (const [name, weight] of weights) {
    const dot = name.indexOf('.');
    const [part, rest] = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
    if (part === '' || rest === '') {
      if (COUNTERS.test(name) && weight.dims.every((side) => side === 1)) continue;
      return null;
    }
    if (isForTraining(part)) continue;
    const known = parts.get(part) ?? new Map<string, T>();
    parts.set(part, known.set(rest, weight));
  }
  const [first = '', second, third] = byLikelihood([...parts.keys()]);
  const likeliest = parts.get(first) ?? null;
  if (second === undefined) return likeliest;
  const isAverageOfOther =
    third === undefined &&
    isAverage(first) &&
    !isAverage(second) &&
    haveSameNames(likeliest, parts.get(second));
  return isAverageOfOther ? likeliest : null;
}

function haveSameNames(a: Named<unknown> | null, b: Named<unknown> | undefined): boolean {
  return a?.size === b?.size && [...(a?.keys() ?? [])].every((name) => b?.has(name));
}
