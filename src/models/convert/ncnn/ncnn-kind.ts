import { binSize } from './bin-size.ts';
import { isBinaryParam, MAGIC } from './param-format.ts';
import { TAG } from './read-bin.ts';

/** A `.param` file and the `.bin` file that belongs to it. */
export type NcnnPair<File> = { readonly param: File; readonly bin: File };

/** A file of which enough is known to tell with which other one it goes. */
export type PairableFile = {
  /** With its folder, where it came in one. */
  readonly name: string;
  /** How it begins: of a `.param` file all, where what fits it is to be found out. */
  readonly bytes: Uint8Array;
  /** Of the whole file, in bytes. */
  readonly size: number;
};

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
 * one `.bin` for it, as the animevideov3 networks for 2x, 3x and 4x share the one for 4x. Among several of one name each text
 * goes with weights of a size that it may have, and where that does not decide, with the next ones. A `.bin` of another
 * network does not go unnoticed: conversion ends exactly on its last byte.
 * @param waiting halves that came before: they go with a file of the same name only, and not with each other
 */
export function pairNcnn<File extends PairableFile>(
  files: readonly File[],
  waiting: readonly File[] = [],
): readonly NcnnPair<File>[] {
  const [now, before] = [halvesOf(files), halvesOf(waiting)];
  const lone = loneBin(now, before);
  const together = partners(now.params, now.bins);
  const withWaiting = partners(
    now.params.filter((param) => !together.has(param)),
    before.bins,
  );
  const pairs = now.params.flatMap((param) => {
    const bin = together.get(param) ?? withWaiting.get(param) ?? lone;
    return bin ? [{ param, bin }] : [];
  });
  const late = partners(
    before.params.filter((param) => !partnerOf(param, now.params)),
    now.bins,
  );
  return [...pairs, ...Array.from(late, ([param, bin]) => ({ param, bin }))];
}

/** The weights of each text that has some of its name. */
function partners<File extends PairableFile>(
  params: readonly File[],
  bins: readonly File[],
): ReadonlyMap<File, File> {
  const found = new Map<File, File>();
  const unsure = params.filter((param) => {
    const named = bins.filter((bin) => stemOf(bin.name) === stemOf(param.name));
    const [fitting, another] = named.length > 1 ? fittingOf(param, named) : named;
    if (fitting && !another) found.set(param, fitting);
    return fitting ? another !== undefined : named.length > 1;
  });
  for (const param of unsure) {
    const named = bins.filter((bin) => stemOf(bin.name) === stemOf(param.name));
    const taken = new Set(found.values());
    const free = named.filter((bin) => !taken.has(bin));
    const bin = fittingOf(param, free)[0] ?? free[0] ?? named[0];
    if (bin) found.set(param, bin);
  }
  return found;
}

/** Those of a size that the text's weights may have. */
function fittingOf<File extends PairableFile>(param: File, bins: readonly File[]): readonly File[] {
  const range = binSize(param.bytes);
  return range ? bins.filter(({ size }) => size >= range.least && size <= range.most) : [];
}

type Halves<File> = { readonly params: readonly File[]; readonly bins: readonly File[] };

function halvesOf<File extends PairableFile>(files: readonly File[]): Halves<File> {
  const params = files.filter(({ bytes }) => ncnnParamKind(bytes) !== null);
  const bins = files.filter(
    (file) => !params.includes(file) && (/\.bin$/i.test(file.name) || mayBeNcnnBin(file.bytes)),
  );
  return { params, bins };
}

/** The file of the same name but for its ending. */
function partnerOf<File extends PairableFile>(file: File, others: readonly File[]): File | undefined {
  return others.find(({ name }) => stemOf(name) === stemOf(file.name));
}

/** The `.bin` for texts of other names: the only one, or where one of each is left over. None that a half waits for. */
function loneBin<File extends PairableFile>(now: Halves<File>, before: Halves<File>): File | undefined {
  const without = (some: readonly File[], others: readonly File[]) =>
    some.filter((file) => !partnerOf(file, others));
  const free = without(now.bins, before.params);
  if (now.bins.length === 1) return free[0];
  const left = without(free, now.params);
  const texts = without(now.params, [...now.bins, ...before.bins]);
  return left.length === 1 && texts.length === 1 ? left[0] : undefined;
}

/** The name without its ending, of a text, its binary twin or the weights. */
function stemOf(name: string): string {
  return name.toLowerCase().replace(/(\.param\.bin|\.param|\.bin)$/, '');
}
