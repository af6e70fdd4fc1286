import { messageOf, TesseraError } from '../base/errors.ts';
import { type DownloadProgress, fetchKept, forget } from '../models/fetch-kept.ts';
import { EngineFailure } from './failure.ts';
import { buildFor, type Ort } from './runtime-build.ts';
import { runtimeWords } from './runtime-words.ts';

/** Threads for the processor: all of few cores, half of many (the rest are mostly hyper-threads), never over 8. */
export function wasmThreads(): number {
  // A thread pool never starts on iPhones with cross-origin isolation (OmniMed3D/omnimed3d#117).
  if (!crossOriginIsolated || /iPhone|iPad/.test(navigator.userAgent)) return 1;
  const cores = navigator.hardwareConcurrency || 1;
  return cores <= 4 ? cores : Math.min(8, Math.max(4, Math.floor(cores / 2)));
}

/**
 * Loads the runtime for one backend: its settings are read once, so a worker that has loaded one keeps to it.
 *
 * @throws TesseraError `runtime-unavailable` when a file of it cannot be fetched or started; the worker is then spent.
 */
export async function loadRuntime(
  backend: 'webgpu' | 'wasm',
  onProgress: DownloadProgress,
  onNotKept: (reason: unknown) => void,
): Promise<Ort> {
  const build = buildFor(backend);
  try {
    const [ort, wasmBinary] = await Promise.all([
      build.load(),
      fetchKept(build.wasmUrl, onProgress, onNotKept),
      // Only to have it kept for offline: ORT imports it by address, and again from each of its threads.
      fetchKept(build.glueUrl, () => undefined, onNotKept),
    ]);
    ort.env.logLevel = 'error';
    ort.env.wasm.wasmPaths = { mjs: build.glueUrl, wasm: build.wasmUrl };
    ort.env.wasm.wasmBinary = wasmBinary.buffer;
    ort.env.wasm.numThreads = backend === 'wasm' ? wasmThreads() : 1;
    return ort;
  } catch (cause) {
    throw runtimeUnavailable(cause);
  }
}

export function runtimeUnavailable(cause: unknown): TesseraError {
  // The runtime's advice is for those who build it.
  const said = runtimeWords(cause).replace(/\.?\s*Build with -sASSERTIONS.*$/s, '');
  return new TesseraError(
    'runtime-unavailable',
    `A part of Tessera could not be loaded: ${said}.`,
    'Check the connection and try again; it is only needed once.',
    { cause: messageOf(cause) },
    { cause },
  );
}

/**
 * Runs what starts the runtime, the first session: one that did not start is poisoned for its worker. Its files may be what is
 * wrong, so that they are fetched anew for the next one.
 */
export async function startedRuntime<T>(backend: 'webgpu' | 'wasm', start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (
      !(error instanceof EngineFailure) ||
      !/initWasm|no available backend|backend not found/i.test(error.message)
    )
      throw error;
    const { wasmUrl, glueUrl } = buildFor(backend);
    await Promise.all([wasmUrl, glueUrl].map(forget));
    throw runtimeUnavailable(error);
  }
}
