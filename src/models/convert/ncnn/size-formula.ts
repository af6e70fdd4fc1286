/** What a size grows by: so many times the input's columns and rows. */
export type Multiples = { readonly columns: number; readonly rows: number };

/**
 * The whole multiples that a formula such as `*(0w,2),*(0h,2)` stands for, the width first; null where it is any other.
 * `0` is the layer's first input. pnnx writes formulas where a model computes a size from those of its tensors.
 * Grammar: https://github.com/Tencent/ncnn/blob/master/docs/developer-guide/expression.md
 */
export function multiplesOf(formula: string): Multiples | null {
  const parts = partsOf(formula.replace(/^"|"$/g, ''));
  const [columns, rows] = [timesOf(parts[0] ?? '', 'w'), timesOf(parts[1] ?? '', 'h')];
  return parts.length === 2 && columns !== null && rows !== null ? { columns, rows } : null;
}

/** What stands between the commas that are in no brackets. */
function partsOf(list: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of list) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

const ROUNDED = /^(?:trunc|floor|ceil|round)\((.*)\)$/;
const TIMES = /^\*\(([^,()]*),([^,()]*)\)$/;

/** Of a whole number, rounding gives the same. */
function timesOf(part: string, side: 'w' | 'h'): number | null {
  const inner = ROUNDED.exec(part)?.[1] ?? part;
  if (inner === `0${side}`) return 1;
  const factors = TIMES.exec(inner)?.slice(1) ?? [];
  const [times, ...more] = factors.filter((factor) => factor !== `0${side}`);
  if (factors.length !== 2 || times === undefined || more.length > 0) return null;
  const number = /^\d/.test(times) ? Number(times) : Number.NaN;
  return Number.isInteger(number) && number >= 1 ? number : null;
}
