import { Inflate } from 'fflate';
import { messageOf, TesseraError } from '../../base/errors.ts';
import { HEAD_BYTES, modelKind } from './model-kind.ts';
import type { NamedBytes } from './named-bytes.ts';
import { shortNames } from './short-names.ts';
import { payloadOf, readZipDirectory, type ZipEntry } from './zip-entries.ts';

/** What is taken out of an archive; pictures and texts beside it are left alone. */
const MODEL_FILE = /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin)$/i;
/** Where macOS keeps what other systems have no place for, under the names of the files. */
const OF_MACOS = /^__MACOSX\/|(?:^|\/)\._[^/]*$/;

/**
 * How much larger than the archive its models may be, and how much is let through besides. Of 40 files of weights none became
 * smaller than to 0.59 of itself, those of one bit in two being zeros; texts of ncnn become 7 times smaller, and have under 100 kB.
 */
const MOST_TIMES = 4;
const SPARE_BYTES = 4 * 2 ** 20;
/** And in all: more than the largest model that Tessera takes. */
const MOST_BYTES = 1024 ** 3;

/** Each is looked into: more are no collection of models. */
const MOST_FILES = 256;

/** Compressed bytes that are unpacked at once: they become 1032 times as many at most, four megabytes. */
const PIECE_BYTES = 2 ** 12;

/**
 * The model files in a zip archive, by their names; with the folders that tell them apart, where there are several of a name.
 * What begins like no model is not unpacked further, and nothing more than its header says.
 * @throws TesseraError `model-corrupt` where it is damaged, `model-unsupported` where it unpacks to too much or holds none
 */
export function unzipModels({ name, bytes }: NamedBytes): readonly NamedBytes[] {
  const entries = readZipDirectory(bytes).filter(
    (entry) => MODEL_FILE.test(entry.name) && !OF_MACOS.test(entry.name),
  );
  if (entries.length > MOST_FILES) throw tooMany(name, entries.length);
  const most = Math.min(MOST_BYTES, MOST_TIMES * bytes.length + SPARE_BYTES);
  let total = 0;
  const files = entries.flatMap((entry) => {
    const isModel = beginsLikeModel(entry, headOf(name, bytes, entry));
    if (!isModel) return [];
    total += entry.unpackedBytes;
    if (total > most) throw tooLarge({ name, bytes }, total, most);
    return [{ name: entry.name, bytes: unpacked(name, bytes, entry, entry.unpackedBytes) }];
  });
  const names = shortNames(files.map((file) => file.name));
  if (files.length > 0) return files.map((file, i) => ({ ...file, name: names[i] ?? file.name }));
  throw new TesseraError(
    'model-unsupported',
    `The archive “${name}” holds no model file.`,
    'Unpack it and drop the model itself: .onnx, .pth, .safetensors, or .param with .bin.',
    { file: name },
  );
}

/** Weights of ncnn may begin like anything; an archive in an archive is none that is looked into. */
function beginsLikeModel({ name }: ZipEntry, head: Uint8Array): boolean {
  const kind = modelKind(head, name);
  return kind === null ? /\.bin$/i.test(name) : kind !== 'zip';
}

function headOf(archive: string, bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  return unpacked(archive, bytes, entry, Math.min(HEAD_BYTES, entry.unpackedBytes));
}

/** @param most bytes of it; where that is all of it, it has to end there */
function unpacked(
  archive: string,
  bytes: Uint8Array,
  entry: ZipEntry,
  most: number,
): Uint8Array<ArrayBuffer> {
  const payload = payloadOf(bytes, entry);
  if (entry.method === 0) return payload.slice(0, most);
  if (entry.method !== 8) throw otherMethod(archive, entry);
  const content = new Uint8Array(most);
  const isWhole = most === entry.unpackedBytes;
  let at = 0;
  let isOver = false;
  const stream = new Inflate((piece, final) => {
    content.set(piece.subarray(0, most - at), Math.min(at, most));
    at += piece.length;
    isOver = final;
  });
  try {
    // One byte more than it may have tells that its header lies.
    for (let from = 0; from < payload.length && at <= (isWhole ? most : most - 1); from += PIECE_BYTES)
      stream.push(payload.subarray(from, from + PIECE_BYTES), from + PIECE_BYTES >= payload.length);
  } catch (cause) {
    throw broken(archive, entry, messageOf(cause), cause);
  }
  if (isWhole && (at !== most || !isOver))
    throw broken(archive, entry, `its header says ${most} bytes, and it has ${at > most ? 'more' : at}`);
  return content;
}

function broken(archive: string, { name, bytes }: ZipEntry, why: string, cause?: unknown): TesseraError {
  return new TesseraError(
    'model-corrupt',
    `“${name}” in the archive “${archive}” cannot be unpacked: ${why}.`,
    'Get it again from where it came from, or unpack it yourself and drop the model.',
    { file: archive, entry: name, bytes },
    { cause },
  );
}

function otherMethod(archive: string, { name, method }: ZipEntry): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `“${name}” in the archive “${archive}” is compressed in a way that browsers do not know (method ${method}).`,
    'Unpack it yourself and drop the model.',
    { file: archive, entry: name, method },
  );
}

function tooMany(name: string, files: number): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The archive “${name}” holds ${files} model files; Tessera unpacks up to ${MOST_FILES}.`,
    'Unpack it yourself and drop the models that you want.',
    { file: name, files, mostFiles: MOST_FILES },
  );
}

function tooLarge({ name, bytes }: NamedBytes, unpackedBytes: number, mostBytes: number): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The models in the archive “${name}” of ${bytes.length} bytes would take ${unpackedBytes} bytes or more; of an archive of that size Tessera unpacks ${mostBytes}, as weights hardly become smaller.`,
    'If you trust it, unpack it yourself and drop the one model that you want.',
    { file: name, bytes: bytes.length, unpackedBytes, mostBytes },
  );
}
