import { isDownloadAddress } from '../../base/download-address.ts';
import { TesseraError } from '../../base/errors.ts';
import { sha256Hex } from '../model-file.ts';
import {
  type AgreedFile,
  badAddress,
  blocked,
  interrupted,
  MAX_FILE_BYTES,
  offline,
  redirected,
  refused,
  stalled,
  tooLarge,
  tooShort,
  webPage,
  wrongHash,
} from './download-errors.ts';
import { memoryPart, type Part, type PartStore } from './part.ts';
import { type StallWatch, watchStall } from './stall-watch.ts';
import { storageError } from './storage-room.ts';

export type { AgreedFile, DownloadFailure } from './download-errors.ts';

export type DownloadOptions = {
  /** Cancels: what came is kept where the file's hash is known. */
  readonly signal: AbortSignal;
  /** As bytes arrive, those of an earlier attempt included; `totalBytes` is null where nobody said. */
  readonly onProgress: (loadedBytes: number, totalBytes: number | null) => void;
  readonly parts: PartStore;
  /** The longest silence of the host, in milliseconds. Default 30,000. */
  readonly stallMs?: number;
};

export type DownloadedFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string };

const STALL_MS = 30_000;

/**
 * Hosts that answer every request for a large file by sending on to storage of their own. Whoever agrees to the first
 * agrees to these; it is said at https://huggingface.co/docs/hub/models-downloading which they are.
 */
const OWN_STORAGE: ReadonlyMap<string, RegExp> = new Map([
  ['huggingface.co', /^(?:huggingface\.co|(?:[\w-]+\.)+(?:huggingface\.co|hf\.co))$/],
]);

/**
 * A host may compress what it sends, and its content-length is then that of the compressed form: a little more, where
 * the file cannot be compressed.
 */
const COMPRESSION_SLACK = 1.02;

/**
 * Downloads the files one after another, each verified; see `downloadFile`. Progress is that of all together.
 *
 * @throws as `downloadFile`
 */
export async function downloadFiles(
  files: readonly AgreedFile[],
  options: DownloadOptions,
): Promise<readonly DownloadedFile[]> {
  const sizes = files.map(({ bytes }) => bytes);
  const total = sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const done: DownloadedFile[] = [];
  let before = 0;
  for (const file of files) {
    const onProgress: DownloadOptions['onProgress'] = (loaded, ofFile) =>
      options.onProgress(before + loaded, files.length === 1 ? ofFile : total);
    const { bytes, sha256 } = await downloadFile(file, { ...options, onProgress });
    before += bytes.length;
    done.push({ bytes, sha256 });
  }
  return done;
}

/**
 * The bytes at an address that the person agreed to, of the size and the hash that they agreed to. Nothing but the
 * request itself is sent: no cookie, no referrer. Where the hash is known, a part that came before is continued.
 *
 * The address is https, or http of this very machine.
 *
 * @throws TesseraError `download-failed` whose `details.reason` is a `DownloadFailure`; `model-corrupt` where the hash is
 *   another; `storage-full` where the part does not fit.
 * @throws the signal's reason when it was cancelled.
 */
export async function downloadFile(file: AgreedFile, options: DownloadOptions): Promise<DownloadedFile> {
  if (!URL.canParse(file.url) || !isDownloadAddress(new URL(file.url))) throw badAddress(file.url);
  if (file.bytes !== null && file.bytes > MAX_FILE_BYTES) throw tooLarge(file, file.bytes);
  options.signal.throwIfAborted();
  // Without a hash nothing proves that two halves are of one file.
  if (file.sha256 === null) return downloadInto(memoryPart(), file, options);
  const done = await options.parts.borrow(file.sha256, (part) => downloadInto(part, file, options));
  await options.parts.remove(file.sha256);
  return done;
}

async function downloadInto(part: Part, file: AgreedFile, options: DownloadOptions): Promise<DownloadedFile> {
  for (;;) {
    const { continued } = await fetchRest(part, file, options);
    const bytes = await part.readAll();
    const sha256 = await sha256Hex(bytes);
    if (file.sha256 === null || sha256 === file.sha256) return { bytes, sha256 };
    await part.clear();
    // What came earlier may have been of another version: once more, from the start.
    if (!continued) throw wrongHash({ ...file, sha256: file.sha256 }, bytes.length, sha256);
  }
}

/** Fills the part to its end. `continued` tells whether something in it was there before. */
async function fetchRest(
  part: Part,
  file: AgreedFile,
  options: DownloadOptions,
): Promise<{ readonly continued: boolean }> {
  if (part.bytes() > (file.bytes ?? MAX_FILE_BYTES)) await part.clear();
  const kept = part.bytes();
  if (kept > 0 && kept === file.bytes) return { continued: true };

  const watch = watchStall(options.stallMs ?? STALL_MS, options.signal);
  try {
    let response = await ask(file, kept, watch);
    const continued = kept > 0 && continues(response, kept, file.bytes);
    if (kept > 0 && !continued) {
      await part.clear();
      // A 200 is the whole file already.
      if (response.status !== 200) {
        await response.body?.cancel();
        response = await ask(file, 0, watch);
      }
    }
    checkAnswer(response, file, part.bytes());
    await receive(response, part, file, options, watch);
    return { continued };
  } catch (error) {
    throw nameOf(error, part, file, options, watch);
  } finally {
    watch.stop();
  }
}

/** What a fault at the request or in the middle of the answer means. */
function nameOf(
  error: unknown,
  part: Part,
  file: AgreedFile,
  { signal, stallMs = STALL_MS }: DownloadOptions,
  watch: StallWatch,
): unknown {
  if (signal.aborted) return signal.reason;
  if (watch.hasStalled()) return stalled(file, part.bytes(), stallMs);
  return error;
}

/**
 * The host's answer to a request for the file from byte `from` on.
 *
 * Redirects are not followed, so that nobody is asked whom the person did not agree to; the browser does not tell where
 * they lead.
 */
async function ask(file: AgreedFile, from: number, watch: StallWatch): Promise<Response> {
  const request = (redirect: RequestRedirect) =>
    fetch(file.url, {
      // A range with a start needs no preflight (Chrome 99, Firefox 117, Safari 16), and turns compression off.
      headers: from > 0 ? { Range: `bytes=${from}-` } : {},
      mode: 'cors',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect,
      signal: watch.signal,
    });
  try {
    const first = await request('manual');
    watch.feed();
    if (!isRedirect(first)) return first;
    const storage = OWN_STORAGE.get(new URL(file.url).host);
    if (!storage) throw redirected(file, null);
    const second = await request('follow');
    watch.feed();
    const endHost = new URL(second.url).host;
    if (storage.test(endHost)) return second;
    await second.body?.cancel();
    throw redirected(file, endHost);
  } catch (cause) {
    if (cause instanceof TesseraError || watch.signal.aborted) throw cause;
    throw isOffline() ? offline(file) : blocked(file, { cause });
  }
}

/** Browsers make a redirect that is not followed opaque; Node shows its status. */
function isRedirect({ type, status }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

/** Whether the answer is the rest of the file from byte `kept` on, as far as it says; in the end the hash decides. */
function continues({ status, headers }: Response, kept: number, totalBytes: number | null): boolean {
  if (status !== 206) return false;
  // Most hosts do not let other pages read `Content-Range`.
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (range) {
    const [, start, , total] = range;
    return Number(start) === kept && (totalBytes === null || total === '*' || Number(total) === totalBytes);
  }
  const length = headers.get('content-length');
  return length === null || totalBytes === null || Number(length) === totalBytes - kept;
}

/** @param from how much of the file is there already @throws TesseraError unless a file of the agreed size may follow */
function checkAnswer(response: Response, file: AgreedFile, from: number): void {
  if (!response.ok) throw refused(file, response.status);
  if (response.headers.get('content-type')?.startsWith('text/html')) throw webPage(file);
  const length = from + Number(response.headers.get('content-length') ?? 0);
  if (length > COMPRESSION_SLACK * (file.bytes ?? MAX_FILE_BYTES) + 1024) throw tooLarge(file, length);
}

async function receive(
  response: Response,
  part: Part,
  file: AgreedFile,
  { onProgress }: DownloadOptions,
  watch: StallWatch,
): Promise<void> {
  const most = file.bytes ?? MAX_FILE_BYTES;
  const length = response.headers.get('content-length');
  const saidBytes = file.bytes ?? (length === null ? null : Number(length));
  const tell = () => onProgress(part.bytes(), saidBytes === null ? null : Math.max(saidBytes, part.bytes()));
  tell();
  // By a reader: Safari's streams cannot be iterated.
  const reader = response.body?.getReader();
  const next = async () => {
    try {
      const read = await reader?.read();
      return read && !read.done ? read.value : null;
    } catch (cause) {
      throw interrupted(file, part.bytes(), { cause });
    }
  };
  try {
    for (let chunk = await next(); chunk; chunk = await next()) {
      watch.feed();
      if (part.bytes() === 0 && looksLikePage(chunk)) throw await discarding(part, webPage(file));
      const bytes = part.bytes() + chunk.length;
      if (bytes > most) throw await discarding(part, tooLarge(file, bytes));
      await append(part, chunk, file);
      tell();
    }
  } finally {
    // The rest is not wanted; after the end it is no harm.
    reader?.cancel().catch(() => undefined);
  }
  const bytes = part.bytes();
  if (file.bytes !== null && bytes < file.bytes)
    throw await discarding(part, tooShort({ ...file, bytes: file.bytes }, bytes));
}

async function append(part: Part, chunk: Uint8Array<ArrayBuffer>, file: AgreedFile): Promise<void> {
  const missing = file.bytes === null ? chunk.length : file.bytes - part.bytes();
  try {
    await part.append(chunk);
  } catch (error) {
    throw await storageError(error, missing);
  }
}

/** The error, once what came is thrown away: it is of another file. */
async function discarding(part: Part, error: TesseraError): Promise<TesseraError> {
  await part.clear();
  return error;
}

/** Some hosts send their error pages as plain text. */
function looksLikePage(chunk: Uint8Array): boolean {
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(new TextDecoder().decode(chunk.subarray(0, 256)));
}

/** Node and workers of old browsers do not say. */
function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
