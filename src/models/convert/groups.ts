import { HEAD_BYTES, modelKind } from './model-kind.ts';
import { type PairableFile, pairNcnn } from './ncnn/ncnn-kind.ts';
import { isNamedLikeWeights, standsForModel } from './stand-ins.ts';

/** What of some files is a model. What is nowhere in it is none. */
export type ModelGroups<File> = {
  /** The files of each. */
  readonly models: readonly (readonly File[])[];
  /** Of ncnn models whose other half is not there. */
  readonly halves: readonly Half<File>[];
  /** Weights that lie outside of an .onnx file that is there, too: nothing of their own. */
  readonly beside: readonly File[];
};

/** One file of the two that an ncnn model is. */
export type Half<File> = { readonly file: File; readonly wanted: '.param' | '.bin' };

/**
 * Which of the files make up one model each: the two of an ncnn model together (several may share one `.bin`), everything
 * else on its own.
 * @param files of each how it begins, as `modelKind` takes it
 * @param waiting halves that came before; those that are still alone are not told again
 */
export function modelGroups<File extends PairableFile>(
  files: readonly File[],
  waiting: readonly File[] = [],
): ModelGroups<File> {
  const pairs = pairNcnn(files, waiting).map(({ param, bin }) => [param, bin]);
  const paired = new Set(pairs.flat());
  const singles: File[][] = [];
  const halves: Half<File>[] = [];
  const beside: File[] = [];
  for (const file of files) {
    if (paired.has(file)) continue;
    const kind = modelKind(file.bytes.subarray(0, HEAD_BYTES), file.name);
    const wanted = otherHalfOf(kind);
    if (wanted) halves.push({ file, wanted });
    else if (kind || standsForModel(file)) singles.push([file]);
    else if (isNamedLikeWeights(file.name)) beside.push(file);
  }
  const hasOnnx = singles.some(
    ([file]) => file && modelKind(file.bytes.subarray(0, HEAD_BYTES), file.name) === 'onnx',
  );
  return { models: [...pairs, ...singles], halves, beside: hasOnnx ? beside : [] };
}

/** The ending of the file that has to come, too; null where one is a model. */
function otherHalfOf(kind: ReturnType<typeof modelKind>): '.param' | '.bin' | null {
  if (kind === 'ncnn-param') return '.bin';
  return kind === 'ncnn-bin' ? '.param' : null;
}
