import { damaged, quoted, unsupported } from './weight-errors.ts';
import { MAX_TENSORS } from './weight-limits.ts';

// Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.

/** What the central directory says of one file in the archive. */
export type ZipEntry = {
  readonly name: string;
  /** 0 is stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** Of the payload, as it lies in the file. */
  readonly bytes: number;
  /** Of what it unpacks to, as the directory claims. */
  readonly unpackedBytes: number;
  /** Of the local header, from the start of the file. */
  readonly headerAt: number;
  /** Of the directory's own record. */
  readonly recordAt: number;
};

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_64_BYTES = 20;
/** A comment's length has 16 bits. */
const MAX_COMMENT_BYTES = 0xffff;

/** Values that say: look into the 64-bit record. */
const IN_ZIP64_16 = 0xffff;
const IN_ZIP64_32 = 0xffffffff;
const ZIP64_EXTRA = 0x0001;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** For names in any of the code pages that archives for people have: only their ASCII is looked at. */
const LATIN = new TextDecoder('latin1');

/** Whether the bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && [LOCAL, END].includes(viewOf(bytes).getUint32(0, true));
}

/**
 * The central directory, checked for what no archive of weights has: records that do not add up, and names that occur twice
 * or lead out of the archive.
 * @throws TesseraError `model-corrupt` with the offset; `model-unsupported` for archives of several parts
 */
export function readZipDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = viewOf(bytes);
  const { count, start, end } = directoryRange(view);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readRecord(bytes, view, at, end);
    refuseName(entry.name, at, names);
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  if (at !== end)
    throw damaged('zip archive', `its directory of ${end - start} bytes has ${end - at} too many`, at);
  return entries;
}

/**
 * The payloads by name, as views into `bytes`.
 * @throws TesseraError `model-corrupt` where payloads overlap, leave the file or belong to another name;
 * `model-unsupported` where they are compressed or encrypted
 */
export function openZipEntries(bytes: Uint8Array, entries: readonly ZipEntry[]): Map<string, Uint8Array> {
  const view = viewOf(bytes);
  const payloads = new Map<string, Uint8Array>();
  let free = 0;
  for (const entry of entries.toSorted((a, b) => a.headerAt - b.headerAt)) {
    if (entry.headerAt < free)
      throw damaged(
        'zip archive',
        `the entry ${quoted(entry.name)} lies in the one before it`,
        entry.headerAt,
      );
    refuseCompressed(entry);
    const start = payloadStart(bytes, view, entry);
    free = start + entry.bytes;
    payloads.set(entry.name, bytes.subarray(start, free));
  }
  return payloads;
}

/**
 * The payload of one entry as it lies in the file, be it compressed or not.
 * @throws TesseraError `model-corrupt` where it leaves the file or belongs to another name; `model-unsupported` where it is
 * encrypted
 */
export function payloadOf(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const start = payloadStart(bytes, viewOf(bytes), entry);
  return bytes.subarray(start, start + entry.bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type Directory = { readonly count: number; readonly start: number; readonly end: number };

function directoryRange(view: DataView): Directory {
  const at = findEnd(view);
  if (view.getUint16(at + 4, true) !== view.getUint16(at + 6, true))
    throw unsupported(
      'The file is one part of a zip archive of several.',
      'Choose a file that holds everything.',
    );
  const count = view.getUint16(at + 10, true);
  const length = view.getUint32(at + 12, true);
  const start = view.getUint32(at + 16, true);
  const needs64 = count === IN_ZIP64_16 || length === IN_ZIP64_32 || start === IN_ZIP64_32;
  const has64 = at >= LOCATOR_64_BYTES && view.getUint32(at - LOCATOR_64_BYTES, true) === LOCATOR_64;
  if (has64) return directory64(view, at - LOCATOR_64_BYTES);
  if (needs64) throw damaged('zip archive', 'the 64-bit record of its end is missing', at);
  return checkedDirectory(count, start, length, at);
}

function directory64(view: DataView, locatorAt: number): Directory {
  const at = whole64(view, locatorAt + 8);
  if (at + END_64_BYTES > locatorAt || view.getUint32(at, true) !== END_64)
    throw damaged('zip archive', `the 64-bit record of its end is not at ${at}`, locatorAt);
  return checkedDirectory(whole64(view, at + 32), whole64(view, at + 48), whole64(view, at + 40), at);
}

/** @param limit where the record that says so begins: the directory lies before it */
function checkedDirectory(count: number, start: number, length: number, limit: number): Directory {
  const end = start + length;
  if (end > limit)
    throw damaged('zip archive', `its directory of ${length} bytes at ${start} passes the end`, limit);
  if (count * CENTRAL_BYTES > length)
    throw damaged('zip archive', `its directory of ${length} bytes cannot hold ${count} entries`, limit);
  if (count > MAX_TENSORS)
    throw unsupported(`The file is a zip archive of ${count} entries; at most ${MAX_TENSORS} are read.`);
  return { count, start, end };
}

/** The last record of the archive: searched from the end, over a comment of any length. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw damaged('zip archive', 'it has no directory: the end is missing', view.byteLength);
}

function readRecord(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): { entry: ZipEntry; next: number } {
  if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL)
    throw damaged('zip archive', 'a record of its directory is missing', at);
  const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > end) throw damaged('zip archive', 'a record of its directory is cut off', at);
  const flags = view.getUint16(at + 8, true);
  const long = zip64Values(view, at, nameEnd, extraEnd);
  const name = decodeName(bytes.subarray(at + CENTRAL_BYTES, nameEnd));
  const encrypted = (flags & 1) !== 0;
  const method = view.getUint16(at + 10, true);
  return { entry: { name, method, encrypted, recordAt: at, ...long }, next };
}

/** Size and place of an entry; the extra field holds, in this order, those of its numbers that have no room in the record. */
function zip64Values(
  view: DataView,
  recordAt: number,
  extraAt: number,
  extraEnd: number,
): Pick<ZipEntry, 'bytes' | 'unpackedBytes' | 'headerAt'> {
  let at = 0;
  let end = 0;
  for (let field = extraAt; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== ZIP64_EXTRA) continue;
    at = field + 4;
    end = Math.min(extraEnd, at + view.getUint16(field + 2, true));
  }
  const take = (short: number): number => {
    if (short !== IN_ZIP64_32) return short;
    at += 8;
    if (at > end) throw damaged('zip archive', 'a 64-bit number of an entry is missing', recordAt);
    return whole64(view, at - 8);
  };
  const original = take(view.getUint32(recordAt + 24, true));
  const bytes = take(view.getUint32(recordAt + 20, true));
  const headerAt = take(view.getUint32(recordAt + 42, true));
  const stored = view.getUint16(recordAt + 10, true) === 0;
  if (stored && bytes !== original)
    throw damaged('zip archive', `an entry has ${bytes} bytes and ${original} at once`, recordAt);
  return { bytes, unpackedBytes: original, headerAt };
}

function decodeName(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return LATIN.decode(bytes);
  }
}

function refuseName(name: string, at: number, earlier: ReadonlySet<string>): void {
  const say = (what: string) => damaged('zip archive', `the name ${quoted(name)} ${what}`, at);
  if (earlier.has(name)) throw say('occurs twice');
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) throw say('is an absolute path');
  if (name.split(/[/\\]/).includes('..')) throw say('leads out of the archive');
  if (name === '' || name.includes('\0')) throw say('is no name');
}

function refuseCompressed({ name, method }: ZipEntry): void {
  if (method === 0) return;
  throw unsupported(
    `The zip archive is compressed (its entry ${quoted(name)}, method ${method}); PyTorch never does that.`,
    'Unpack the archive and choose the file of weights in it, or save the weights again.',
    { method },
  );
}

/** Where the payload begins: only the local header knows how long its own extra field is. */
function payloadStart(bytes: Uint8Array, view: DataView, entry: ZipEntry): number {
  const { name, headerAt, recordAt } = entry;
  if (entry.encrypted)
    throw unsupported(`The zip archive is encrypted (its entry ${quoted(name)}).`, 'Unpack it first.');
  if (headerAt + LOCAL_BYTES > recordAt || view.getUint32(headerAt, true) !== LOCAL)
    throw damaged('zip archive', `the entry ${quoted(name)} is not at ${headerAt}`, recordAt);
  const nameEnd = headerAt + LOCAL_BYTES + view.getUint16(headerAt + 26, true);
  const start = nameEnd + view.getUint16(headerAt + 28, true);
  const ownName = bytes.subarray(headerAt + LOCAL_BYTES, Math.min(nameEnd, recordAt));
  if (start > recordAt || decodeName(ownName) !== name)
    throw damaged('zip archive', `the entry ${quoted(name)} has another name at its own place`, headerAt);
  if (start + entry.bytes > recordAt)
    throw damaged(
      'zip archive',
      `the entry ${quoted(name)} of ${entry.bytes} bytes passes the end`,
      headerAt,
    );
  return start;
}

/** A 64-bit number of 0 or more. */
function whole64(view: DataView, at: number): number {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  if (!Number.isSafeInteger(value)) throw damaged('zip archive', `${value} is no size or place`, at);
  return value;
}
