import { TesseraError } from '../../base/errors.ts';
import { type Size, type SourcePx, sourcePx } from '../../base/geometry.ts';
import type { DescribedOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import { checkChannels, type EndForm } from '../../models/convert/onnx/found-form.ts';
import { type DeclaredForm, dimsOf } from '../../models/convert/onnx/ports.ts';
import { unsuitable } from '../../models/convert/onnx/refusals.ts';
import { runtimeWords } from '../runtime-words.ts';
import { type Geometry, geometryOf } from './geometry.ts';
import type { Answer } from './likeness.ts';
import { drawProbe, feedOf, type ProbePicture } from './probe-picture.ts';

/**
 * Runs the model that is probed once, on values in C order; rejects where the network does not take such a tensor, and
 * may be called again after that, unless it was with a TesseraError: nothing can be tried any more then.
 */
export type ProbeRun = (input: Float32Array, dims: readonly number[]) => Promise<Answer>;

/** One run that worked. */
export type Trial = {
  readonly form: DeclaredForm;
  readonly size: Size<SourcePx>;
  readonly picture: ProbePicture;
  readonly answer: Answer;
  readonly geometry: Geometry;
};

/**
 * Width and height of the pictures that are tried where any will do, the cheapest first. None is square, and together
 * they are multiples of most windows that networks have.
 */
const SIZES = [
  [32, 24],
  [64, 48],
  [128, 64],
  [144, 72],
  [112, 56],
  [160, 80],
  [256, 128],
  [512, 256],
] as const;
/** Networks with more weights than this start with the smallest picture. */
const MANY_WEIGHTS = 1_000_000;

/**
 * The first answer that a model gives, whatever its values.
 * @throws TesseraError `model-unsuitable` where it gives none, or one that is no picture
 */
export async function firstAnswer(described: DescribedOnnx, run: ProbeRun): Promise<Trial> {
  const refusals: unknown[] = [];
  const tried: string[] = [];
  let said = '';
  for (const form of described.forms) {
    for (const size of sizesFor(form, described.weightCount)) {
      const picture = drawProbe(size);
      const answer = await answerOf(run, picture, startForm(described, form)).catch((error: unknown) => {
        if (error instanceof TesseraError) throw error;
        said = runtimeWords(error);
      });
      const shape = `${size.width} × ${size.height} × ${form.channels}`;
      if (!tried.includes(shape)) tried.push(shape);
      if (!answer) continue;
      try {
        const geometry = geometryOf(answer.dims, size, form.layout);
        checkChannels(form.channels, geometry.output.channels);
        return { form, size, picture, answer, geometry };
      } catch (refusal) {
        // Another form may be the right one; another size of the same would not be.
        refusals.push(refusal);
        break;
      }
    }
  }
  if (refusals.length > 0) throw refusals[0];
  throw unsuitable(`it took none of the pictures that were tried (${tried.join(', ')}): ${said}`, { said });
}

/** The form in which it is tried first. */
export function startForm({ white, channelOrder, takesBytes }: DescribedOnnx, form: DeclaredForm): EndForm {
  return { ...form, white: takesBytes ? 255 : (white ?? 1), channelOrder: channelOrder ?? 'rgb' };
}

export function answerOf(run: ProbeRun, picture: ProbePicture, form: EndForm): Promise<Answer> {
  return run(feedOf(picture, form), dimsOf(form, picture.height, picture.width));
}

function sizesFor({ height, width }: DeclaredForm, weightCount: number): readonly Size<SourcePx>[] {
  const one = height ?? width;
  if (one !== null) return [{ width: sourcePx(width ?? one), height: sourcePx(height ?? one) }];
  return SIZES.slice(weightCount > MANY_WEIGHTS ? 0 : 1).map(([across, down]) => ({
    width: sourcePx(across),
    height: sourcePx(down),
  }));
}
