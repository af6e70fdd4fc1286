import { fromWire, TesseraError } from './base/errors.ts';
import { shownText } from './base/shown-text.ts';
import { fileNameOf } from './models/offer.ts';
import type { ImportHandle, ImportProgress, LibraryModel, ModelsPort } from './worker/models-protocol.ts';

/** What a page that embeds Tessera, and the command line, may do with the person's own models. */
export type ModelsPageApi = {
  list(): Promise<readonly LibraryModel[]>;
  /**
   * Converts, tries and keeps the model that the files make up, by their bytes: one `.onnx`, `.pth`, `.safetensors` or zip,
   * or the two of ncnn. Its `id` is what `upscale` takes as `model`. A model that is there already is given again. Files that are
   * several models are refused, as there is one to be given: `model-unsupported`, with their names.
   *
   * @returns rejects with a `TesseraError`; with an `AbortError` when aborted.
   */
  add(
    files: readonly File[],
    onProgress?: (progress: ImportProgress) => void,
    signal?: AbortSignal,
  ): Promise<LibraryModel>;
  /** The same with a file from another host, which the person has agreed to; `sha256` in lower-case hexadecimal. */
  download(
    url: string,
    sha256: string | null,
    onProgress?: (progress: ImportProgress) => void,
    signal?: AbortSignal,
  ): Promise<LibraryModel>;
  remove(id: string): Promise<void>;
};

export function modelsApi(port: ModelsPort): ModelsPageApi {
  const ignore = () => undefined;
  return {
    list: () => port.list(),
    async add(files, onProgress = ignore, signal) {
      if (!Array.isArray(files) || files.length === 0 || !files.every((file) => file instanceof File))
        throw badArgument('tessera.models', 'files', 'a list of one or more Files');
      const given = files.map((file) => ({ name: shownText(file.name), blob: file }));
      return outcomeOf(() => port.bring(given, onProgress), signal);
    },
    async download(url, sha256, onProgress = ignore, signal) {
      if (typeof url !== 'string' || !URL.canParse(url))
        throw badArgument('tessera.models', 'url', 'an address, https://…');
      if (sha256 !== null && !/^[0-9a-f]{64}$/.test(String(sha256)))
        throw badArgument('tessera.models', 'sha256', '64 lower-case hexadecimal digits, or null');
      const known = sha256 === null ? null : await port.recognise(sha256).catch(() => null);
      const request = {
        files: [{ url, bytes: null, sha256 }],
        name: known?.name ?? fileNameOf(url).replace(/\.[a-z]+$/i, ''),
        author: known?.author ?? '',
        licence: known?.licence ?? '',
        source: url,
      };
      return outcomeOf(() => port.download(request, onProgress), signal);
    },
    remove: (id) => port.remove(String(id)),
  };
}

async function outcomeOf(begin: () => ImportHandle, signal: AbortSignal | undefined): Promise<LibraryModel> {
  signal?.throwIfAborted();
  const handle = begin();
  const abort = () => handle.cancel();
  signal?.addEventListener('abort', abort);
  const outcome = await handle.outcome;
  signal?.removeEventListener('abort', abort);
  switch (outcome.kind) {
    case 'added':
      return outcome.model;
    case 'failed':
      throw fromWire(outcome.error);
    case 'cancelled':
      throw new DOMException('The import was cancelled.', 'AbortError');
    case 'unpacked':
      throw notOne(outcome.files.map(({ name }) => name));
  }
}

function notOne([name = '', ...others]: readonly string[]): TesseraError {
  if (others.length === 0)
    return new TesseraError(
      'model-unsupported',
      `“${name}” is half of an ncnn model.`,
      'Give its .param and its .bin file together.',
      { file: name },
    );
  return new TesseraError(
    'model-unsupported',
    `The files are not one model: ${[name, ...others].slice(0, 8).join(', ')}.`,
    'Give those of one model at a time: one file, or a .param with its .bin.',
    { files: others.length + 1 },
  );
}

/** A caller of `tessera.…` gave what that does not take; `wanted` ends the sentence "Give …". */
export function badArgument(
  callee: 'tessera.upscale' | 'tessera.models',
  name: string,
  wanted: string,
): TesseraError {
  const details = { option: name, allowed: wanted };
  return new TesseraError(
    'bad-option',
    `The argument “${name}” is not what ${callee} takes.`,
    `Give ${wanted}.`,
    details,
  );
}
