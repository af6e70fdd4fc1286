import { modelKind } from './model-kind.ts';
import { pairNcnn } from './ncnn/ncnn-kind.ts';

/**
 * Which of the files make up one model each: the two of an ncnn model together (several may share one `.bin`), everything
 * else on its own. What is no model is left out.
 * @param files of each its name and how it begins, as `modelKind` takes it
 */
export function modelGroups<File extends { readonly name: string; readonly bytes: Uint8Array }>(
  files: readonly File[],
): readonly (readonly File[])[] {
  const pairs = pairNcnn(files).map(({ param, bin }) => [param, bin]);
  const paired = new Set(pairs.flat());
  const singles = files.filter((file) => !paired.has(file) && modelKind(file.bytes, file.name) !== null);
  return [...pairs, ...singles.map((file) => [file])];
}
