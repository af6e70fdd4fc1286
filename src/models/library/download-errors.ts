import { type ErrorDetails, TesseraError } from '../../base/errors.ts';
import { sizeText } from './size-text.ts';

/** A file as the person saw it and agreed to it. */
export type AgreedFile = {
  readonly url: string;
  /** Null where nobody said. */
  readonly bytes: number | null;
  /** Lower-case hexadecimal; null where nobody said. */
  readonly sha256: string | null;
};

/** In what way a download failed: `details.reason` of the error. Each has a sentence and a next step of its own. */
export type DownloadFailure =
  /** Not https, or no address at all. */
  | 'bad-address'
  /** This device has no network. */
  | 'offline'
  /** The host does not let other pages read the file, or cannot be reached: browsers do not tell the two apart. */
  | 'blocked'
  | 'redirected'
  | 'not-found'
  | 'forbidden'
  | 'server-error'
  /** A web page in place of the file. */
  | 'web-page'
  | 'too-large'
  | 'too-short'
  /** The connection ended in the middle. */
  | 'interrupted'
  | 'stalled'
  /** Another tab is downloading the same file. */
  | 'elsewhere'
  /** Another file than the one agreed to; its code is `model-corrupt`. */
  | 'wrong-hash';

/** The largest file that is downloaded: it is held in memory as a whole when it is verified and converted. */
export const MAX_FILE_BYTES = 1024 ** 3;

type Words = readonly [message: string, nextStep: string];

export function badAddress(url: string): TesseraError {
  return failure('bad-address', url, [
    `“${url}” is no address of a file on a host that encrypts: it has to begin with https://.`,
    'Check the link, or download the file yourself and drop it here.',
  ]);
}

export function offline(file: AgreedFile): TesseraError {
  return failure('offline', file.url, [
    `This device has no network, and the file of ${hostOf(file.url)} is not on it yet.`,
    'Connect, then try again. Models that were downloaded before work without a network.',
  ]);
}

export function blocked(file: AgreedFile, options: ErrorOptions): TesseraError {
  const host = hostOf(file.url);
  const words: Words = [
    `The browser got no answer from ${host} that it lets Tessera read: either the host does not allow it, or it cannot be reached.`,
    getItYourself(file),
  ];
  return failure('blocked', file.url, words, {}, options);
}

/** @param endHost where it led; null where it was not followed, and the browser does not say: it may also be the same host */
export function redirected(file: AgreedFile, endHost: string | null): TesseraError {
  const host = hostOf(file.url);
  const words: Words = [
    endHost === null
      ? `${host} sends on to another address, which the browser does not name before it is followed. It was not followed, since it may be at a host that you did not agree to.`
      : `${host} sends on to ${endHost}, from which nothing was taken: you agreed to ${host} only.`,
    `Open ${file.url} in a new tab. If a download starts, drop the file here${itsHash(file)}; if a page opens, look there for the download and its own address.`,
  ];
  return failure('redirected', file.url, words, endHost === null ? {} : { endHost });
}

/** @param status an HTTP status that is no success */
export function refused(file: AgreedFile, status: number): TesseraError {
  const host = hostOf(file.url);
  if (status === 404 || status === 410) {
    const words: Words = [
      `There is no such file at ${host} (${status}): it was moved or taken away.`,
      'Check the link, or get the model from where its author has it now and drop the file here.',
    ];
    return failure('not-found', file.url, words, { status });
  }
  if (status === 401 || status === 403) {
    const words: Words = [
      `${host} does not give the file to everybody (${status}): it may want you to sign in or to accept its terms.`,
      getItYourself(file),
    ];
    return failure('forbidden', file.url, words, { status });
  }
  const words: Words = [
    `${host} could not give the file just now (${status}).`,
    `Try again later, or ${getIt(file)}`,
  ];
  return failure('server-error', file.url, words, { status });
}

export function webPage(file: AgreedFile): TesseraError {
  return failure('web-page', file.url, [
    `${hostOf(file.url)} answered with a web page in place of a model file.`,
    `Look for the download on that page and copy its own address, or ${getIt(file)}`,
  ]);
}

/** @param bytes what the host offers, or has sent so far */
export function tooLarge(file: AgreedFile, bytes: number): TesseraError {
  const host = hostOf(file.url);
  const most = Math.min(file.bytes ?? MAX_FILE_BYTES, MAX_FILE_BYTES);
  const words: Words =
    most === file.bytes
      ? [
          `${host} has a larger file there, ${sizeText(bytes)} or more, than the ${sizeText(most)} you agreed to.`,
          'Nothing was kept. Check the link, or ask whoever gave it to you.',
        ]
      : [
          `The file at ${host} has ${sizeText(bytes)} or more; Tessera takes model files of up to ${sizeText(most)}.`,
          'Nothing was kept. Look for a smaller form of the model, such as half precision.',
        ];
  return failure('too-large', file.url, words, { bytes, mostBytes: most });
}

/** @param bytes all that came */
export function tooShort(file: AgreedFile & { readonly bytes: number }, bytes: number): TesseraError {
  const words: Words = [
    `${hostOf(file.url)} has a smaller file there, ${sizeText(bytes)}, than the ${sizeText(file.bytes)} you agreed to: it is another one.`,
    `Check the link, or ${getIt(file)}`,
  ];
  return failure('too-short', file.url, words, { bytes, expectedBytes: file.bytes });
}

/** @param bytes what came before it ended */
export function interrupted(file: AgreedFile, bytes: number, options: ErrorOptions): TesseraError {
  const words: Words = [
    `The connection to ${hostOf(file.url)} ended after ${progressText(file, bytes)}.`,
    tryAgain(file, bytes),
  ];
  return failure('interrupted', file.url, words, { bytes }, options);
}

/** @param bytes what came before that @param ms how long nothing came */
export function stalled(file: AgreedFile, bytes: number, ms: number): TesseraError {
  const words: Words = [
    `${hostOf(file.url)} sent nothing for ${Math.round(ms / 100) / 10} seconds, after ${progressText(file, bytes)}.`,
    tryAgain(file, bytes),
  ];
  return failure('stalled', file.url, words, { bytes, ms });
}

export function elsewhere(sha256: string): TesseraError {
  return new TesseraError(
    'download-failed',
    'Another tab of Tessera is downloading this file already.',
    'Wait until it is done there: the model is then here, too.',
    { reason: 'elsewhere', sha256 },
  );
}

export function wrongHash(
  file: AgreedFile & { readonly sha256: string },
  bytes: number,
  sha256: string,
): TesseraError {
  return new TesseraError(
    'model-corrupt',
    `The file from ${hostOf(file.url)} is another one than agreed: its SHA-256 is ${sha256}, it should be ${file.sha256}.`,
    'It was deleted. Try once more; if it happens again, the file was changed there: get it from its author and check it before use.',
    {
      reason: 'wrong-hash',
      url: file.url,
      host: hostOf(file.url),
      bytes,
      sha256,
      expectedSha256: file.sha256,
    },
  );
}

function failure(
  reason: DownloadFailure,
  url: string,
  [message, nextStep]: Words,
  details: ErrorDetails = {},
  options: ErrorOptions = {},
): TesseraError {
  return new TesseraError(
    'download-failed',
    message,
    nextStep,
    { reason, url, host: hostOf(url), ...details },
    options,
  );
}

function getIt(file: AgreedFile): string {
  return `download it yourself from ${file.url} and drop the file here${itsHash(file)}.`;
}

function itsHash({ sha256 }: AgreedFile): string {
  return sha256 === null ? '' : ': its hash tells whether it is the right one';
}

function getItYourself(file: AgreedFile): string {
  const text = getIt(file);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function tryAgain({ sha256 }: AgreedFile, bytes: number): string {
  return sha256 !== null && bytes > 0
    ? 'Try again: it goes on from there.'
    : 'Check the connection, then try again.';
}

function progressText({ bytes: total }: AgreedFile, bytes: number): string {
  return total === null ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(total)}`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
