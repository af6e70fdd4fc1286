import type { DescribedOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import type { EndForm } from '../../models/convert/onnx/found-form.ts';
import { unsuitable } from '../../models/convert/onnx/refusals.ts';
import type { KnownBy } from '../../models/picture-network.ts';
import { answerOf, type ProbeRun, startForm, type Trial } from './first-answer.ts';
import { type Answer, type Likeness, likenessOf } from './likeness.ts';

export type FoundValues = {
  readonly input: EndForm;
  readonly output: EndForm;
  /** What the network answers to the trial's picture in that form. */
  readonly answer: Answer;
  /** Of the answer with the picture. */
  readonly correlation: number;
  readonly knownBy: { readonly white: KnownBy; readonly channelOrder: KnownBy };
};

/**
 * So much nearer to the picture has an answer to be for its form to be taken for the right one. Real networks know little
 * of colour: of eight made for RGB, seven were nearer by up to a quarter, and one farther, when red and blue were swapped.
 */
const CLEARLY = 0.5;
/** And nearer by so much of white: two answers that are all but right differ by rounding. */
const NOTICEABLY = 0.002;
/** Below it an answer is no enlargement of the picture. */
const LEAST_CORRELATION = 0.5;

/** Networks with more weights than this take seconds for each answer; the order would hardly show with them. */
const TOO_MANY_WEIGHTS = 4_000_000;

type White = EndForm['white'];
type Reading = {
  readonly input: EndForm;
  readonly answer: Answer;
  readonly white: White;
  readonly swaps: boolean;
  readonly error: number;
  readonly correlation: number;
};

/**
 * White and the order of the channels, by the form in which the answer is nearest to the picture; what does not show stays
 * RGB in 0..1.
 * @throws TesseraError `model-unsuitable` where the answer is not finite or has nothing in common with the picture
 */
export async function probeValues(
  described: DescribedOnnx,
  run: ProbeRun,
  trial: Trial,
): Promise<FoundValues> {
  const start = startForm(described, trial.form);
  const read = async (input: EndForm) =>
    reading(trial, input, await answerOf(run, trial.picture, input), described.givesBytes);
  const first = reading(trial, start, trial.answer, described.givesBytes);
  const isWhiteKnown = described.takesBytes || described.white !== null;
  const bytes = isWhiteKnown ? null : await read({ ...start, white: 255 });
  const range = bytes && isNearer(bytes.error, first.error) ? bytes : first;
  const isRangeClear = range === bytes || (bytes !== null && isNearer(first.error, bytes.error));

  const hasOrder = trial.form.channels > 1;
  const isOrderKnown = !hasOrder || described.channelOrder !== null;
  const isTooSlow = described.weightCount > TOO_MANY_WEIGHTS;
  const turned = isOrderKnown || isTooSlow ? null : await read({ ...range.input, channelOrder: 'bgr' });
  const best = turned && isNearer(turned.error, range.error) ? turned : range;
  const isOrderClear = best === turned || (turned !== null && isNearer(range.error, turned.error));

  checkPicture(best);
  return {
    input: best.input,
    output: {
      ...trial.geometry.output,
      white: best.white,
      channelOrder: best.swaps ? opposite(best.input.channelOrder) : best.input.channelOrder,
    },
    answer: best.answer,
    correlation: best.correlation,
    knownBy: {
      white: knownBy(isRangeClear, described.takesBytes, described.white !== null),
      channelOrder: knownBy(isOrderClear, !hasOrder, described.channelOrder !== null),
    },
  };
}

function isNearer(error: number, other: number): boolean {
  return error < CLEARLY * other && other - error > NOTICEABLY;
}

function knownBy(isClear: boolean, isDeclared: boolean, isInMetadata: boolean): KnownBy {
  if (isDeclared) return 'declared';
  if (isInMetadata) return 'metadata';
  return isClear ? 'probed' : 'unknown';
}

function opposite(order: EndForm['channelOrder']): EndForm['channelOrder'] {
  return order === 'rgb' ? 'bgr' : 'rgb';
}

/** The answer read in the way in which it is nearest to the picture; as the input was, where another is not clearly nearer. */
function reading({ picture, geometry }: Trial, input: EndForm, answer: Answer, givesBytes: boolean): Reading {
  const plain = likenessOf(answer, geometry, picture, input.channelOrder === 'bgr');
  const other = likenessOf(answer, geometry, picture, input.channelOrder !== 'bgr');
  const isColoured = geometry.output.channels > 1;
  const swaps =
    isColoured && isNearer(bestError(other, input, givesBytes), bestError(plain, input, givesBytes));
  const likeness = swaps ? other : plain;
  const white = bestWhite(likeness, input, givesBytes);
  return { input, answer, white, swaps, error: likeness.error[white], correlation: likeness.correlation };
}

function bestWhite({ error }: Likeness, { white }: EndForm, givesBytes: boolean): White {
  if (givesBytes) return 255;
  const other = white === 1 ? 255 : 1;
  return isNearer(error[other], error[white]) ? other : white;
}

function bestError(likeness: Likeness, input: EndForm, givesBytes: boolean): number {
  return likeness.error[bestWhite(likeness, input, givesBytes)];
}

function checkPicture({ answer, correlation }: Reading): void {
  if (!answer.values.every(Number.isFinite)) {
    throw unsuitable('its answer to a drawn picture holds values that are not finite');
  }
  if (correlation >= LEAST_CORRELATION) return;
  throw unsuitable(
    `its answer has nothing in common with the picture (correlation ${correlation.toFixed(2)}, where at least ${LEAST_CORRELATION} was expected)`,
    { correlation },
  );
}
