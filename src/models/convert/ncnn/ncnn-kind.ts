import { isBinaryParam, MAGIC } from './param-format.ts';
import { TAG } from './read-bin.ts';

/** A `.param` file and the `.bin` file that belongs to it. */
export type NcnnPair<File> = { readonly param: File; readonly bin: File };

type NamedFile = { readonly name: string; readonly bytes: Uint8Array };

/** As far as the first word of a text may be from its beginning. */
const SEARCHED = 4096;

/** What kind of `.param` file the bytes are, told by how they begin; null where they are none. */
export function ncnnParamKind(bytes: Uint8Array): 'text' | 'binary' | null {
  if (isBinaryParam(bytes)) return 'binary';
  const head = new TextDecoder().decode(bytes.subarray(0, SEARCHED));
  const first = head
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  return first?.split(/\s/, 1)[0] === String(MAGIC) ? 'text' : null;
}

/**
 * Whether the bytes may be a `.bin` file: its first weights are nearly always those of a convolution, which begin with
 * a tag. Zeros begin one too, so this is a guess; conversion tells.
 */
export function mayBeNcnnBin(bytes: Uint8Array): boolean {
  if (bytes.length < 8 || bytes.length % 4 !== 0 || ncnnParamKind(bytes) !== null) return false;
  const tag = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return Object.values<number>(TAG).includes(tag);
}

/**
 * Which of the files belong together: those of the same name but for its ending; then, what is left, when there is only
 * one `.bin` for it, as the animevideov3 networks for 2x, 3x and 4x share the one for 4x. A `.bin` of another network
 * does not go unnoticed: conversion ends exactly on its last byte.
 */
export function pairNcnn<File extends NamedFile>(files: readonly File[]): readonly NcnnPair<File>[] {
  const params = files.filter(({ bytes }) => ncnnParamKind(bytes) !== null);
  const bins = files.filter(
    (file) => !params.includes(file) && (/\.bin$/i.test(file.name) || mayBeNcnnBin(file.bytes)),
  );
  const [first] = bins;
  const lone = bins.length === 1 ? first : onlyOneLeft(params, bins);
  return params.flatMap((param) => {
    const bin = bins.find((one) => stemOf(one.name) === stemOf(param.name)) ?? lone;
    return bin ? [{ param, bin }] : [];
  });
}

/** The `.bin` without a `.param` of its name, where one of each is left over. */
function onlyOneLeft<File extends NamedFile>(
  params: readonly File[],
  bins: readonly File[],
): File | undefined {
  const without = (some: readonly File[], others: readonly File[]) =>
    some.filter(({ name }) => !others.some((other) => stemOf(other.name) === stemOf(name)));
  const left = without(bins, params);
  return left.length === 1 && without(params, bins).length === 1 ? left[0] : undefined;
}

/** The name without its ending, of a text, its binary twin or the weights. */
function stemOf(name: string): string {
  return name.toLowerCase().replace(/(\.param\.bin|\.param|\.bin)$/, '');
}
