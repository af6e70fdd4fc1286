import { TesseraError } from '../base/errors.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import { runtimeWords } from '../engine/runtime-words.ts';

/** Whether a backend cannot be used at all, be it for want of a device or of the runtime's files: another one may. */
export function isUnavailable(error: unknown): error is TesseraError {
  return (
    error instanceof TesseraError &&
    (error.code === 'backend-unavailable' || error.code === 'runtime-unavailable')
  );
}

/**
 * The error that a person is shown for what the engine threw; everything else is passed through.
 *
 * @param row first source row that is not finished; null before the first tile.
 */
export function engineError(error: unknown, row: number | null = null): unknown {
  if (error instanceof TesseraError) return error;
  const failure = classifyFailure(error);
  if (failure.kind === 'out-of-memory') {
    return new TesseraError(
      'out-of-memory',
      `There was not enough memory for this picture. ${failure.limit}`,
      'Close other tabs and programs, choose a smaller model or a smaller picture, and try again.',
      { limit: failure.limit },
      { cause: error },
    );
  }
  if (failure.kind === 'device-lost') {
    return new TesseraError(
      'device-lost',
      'The graphics card stopped answering while the model was being loaded.',
      'Try again, or run it on the processor (backend WASM).',
      {},
      { cause: error },
    );
  }
  if (!(error instanceof EngineFailure)) return error;
  return new TesseraError(
    'run-failed',
    `The network could not be run${row === null ? '' : ` at source row ${row}`}: ${runtimeWords(error)}.`,
    error.backend === 'webgpu'
      ? 'Run it on the processor (backend WASM), or choose another model.'
      : 'Choose another model, or a smaller tile.',
    { backend: error.backend, runtime: error.message, ...(row === null ? {} : { row }) },
    { cause: error },
  );
}
