/** A number, then ×, at the beginning of a word: “3x_photo”, “foo-3xBar”; not “3x3”, “1.3x”. */
const BEFORE = /(?<![\p{L}\p{N}]|\d[.,])(\d{1,2})[x×](?![\d×])/giu;
/** ×, then a number, as a word or at its beginning: “photo_x3”, “foo-x3plus”; not “x3.5”, “max3”. */
const AFTER = /(?<![\p{L}\p{N}])[x×](\d{1,2})(?!\d|[.,]\d)/giu;

/**
 * How much a model enlarges by its file's name, as people write it; null where it does not say, or says several things.
 * @param name with or without folders and extension
 */
export function scaleInName(name: string): number | null {
  const base = name.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '');
  const said = [BEFORE, AFTER].flatMap((pattern) =>
    Array.from(base.matchAll(pattern), ([, scale]) => Number(scale)),
  );
  const [first = null, ...others] = new Set(said);
  return others.length === 0 ? first : null;
}
