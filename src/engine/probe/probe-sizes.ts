import { TesseraError } from '../../base/errors.ts';
import { type Size, type SourcePx, sourcePx } from '../../base/geometry.ts';
import type { EndForm } from '../../models/convert/onnx/found-form.ts';
import { sidesOf } from '../../models/convert/onnx/ports.ts';
import type { SizeRule } from '../../models/picture-network.ts';
import { answerOf, type ProbeRun, type Trial } from './first-answer.ts';
import type { Answer } from './likeness.ts';
import { drawProbe } from './probe-picture.ts';

export type FoundSizes = { readonly rule: SizeRule; readonly isDeterministic: boolean };

/**
 * Which sizes the network takes, by trying; and whether it answers the same twice, at the cheapest of them.
 * @param known its answer to the trial's picture in that form
 */
export async function probeSizes(
  run: ProbeRun,
  trial: Trial,
  form: EndForm,
  known: Answer,
): Promise<FoundSizes> {
  const { size } = trial;
  if (trial.form.height !== null || trial.form.width !== null) {
    const again = await answerAt(run, trial, form, size);
    return { rule: { multipleOf: 1, minimumPx: 1, fixed: size }, isDeterministic: isSame(known, again) };
  }
  const multipleOf = await smallestMultiple(run, trial, form);
  const minimumPx = await smallestSide(run, trial, form, multipleOf);
  const smallest = squareOf(minimumPx);
  const [first, again] = [
    await answerAt(run, trial, form, smallest),
    await answerAt(run, trial, form, smallest),
  ];
  return { rule: { multipleOf, minimumPx, fixed: null }, isDeterministic: isSame(first, again) };
}

function squareOf(side: number): Size<SourcePx> {
  return { width: sourcePx(side), height: sourcePx(side) };
}

/**
 * Both sides of the trial are a multiple of what is looked for; one more and three more of it have to work as well. Small
 * pictures show that at little cost, unless they are too small for the network.
 */
async function smallestMultiple(run: ProbeRun, trial: Trial, form: EndForm): Promise<number> {
  const { width, height } = trial.size;
  const common = greatestCommonDivisor(width, height);
  const bases = [
    [common, common],
    [width, height],
  ] as const;
  for (let multiple = 1; multiple < common; multiple++) {
    if (common % multiple !== 0) continue;
    for (const [across, down] of bases) {
      const size = { width: sourcePx(across + 3 * multiple), height: sourcePx(down + multiple) };
      if (await answerAt(run, trial, form, size)) return multiple;
    }
  }
  return common;
}

/** By doubling until a square works, and halving the gap to the last that did not. */
async function smallestSide(run: ProbeRun, trial: Trial, form: EndForm, multiple: number): Promise<number> {
  const works = async (count: number) =>
    (await answerAt(run, trial, form, squareOf(count * multiple))) !== null;
  const most = Math.floor(Math.max(trial.size.width, trial.size.height) / multiple);
  let good = 1;
  let bad = 0;
  while (good < most && !(await works(good))) {
    bad = good;
    good = Math.min(most, 2 * good);
  }
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await works(middle)) good = middle;
    else bad = middle;
  }
  return good * multiple;
}

/** The answer at that size; null where the network takes none such, or answers with another scale or other borders. */
async function answerAt(
  run: ProbeRun,
  trial: Trial,
  form: EndForm,
  size: Size<SourcePx>,
): Promise<Answer | null> {
  try {
    const answer = await answerOf(run, drawProbe(size), form);
    const { scale, lacking } = trial.geometry;
    const expected = [size.height, size.width].map((side) => scale * side - lacking.top - lacking.bottom);
    const [height, width] = sidesOf(trial.geometry.output.layout).map((axis) => answer.dims[axis]);
    const fits = height === expected[0] && width === expected[1] && answer.values.length > 0;
    return fits && answer.values.every(Number.isFinite) ? answer : null;
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    return null;
  }
}

function isSame(one: Answer | null, other: Answer | null): boolean {
  return one !== null && other !== null && one.values.every((value, i) => value === other.values[i]);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
