/** What crosses between the engine and the worker that runs a network on the processor. Types only. */
import type { WireError } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import type { Answer } from './session.ts';
import type { RawTensor } from './trial-session.ts';

/** A value, or what went wrong: a coded error, or what the runtime said. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError }
  | { readonly ok: false; readonly said: string };

/** The network's worker, over comlink. Runs are queued in the order in which they are asked for. */
export interface NetworkService {
  /**
   * Loads the runtime; the listeners are proxies. Tells whether the worker holds the lock of that name for as long as
   * it lives.
   */
  start(
    onProgress: DownloadProgress,
    onNotKept: () => void,
    lockName: string,
  ): Promise<Outcome<{ readonly isLocked: boolean }>>;
  load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>): Promise<Outcome<null>>;
  /** The input's memory is handed over, and that of the answer back. */
  run(input: Float32Array, size: Size<SourcePx>): Promise<Outcome<Answer>>;
  /** Opens a network of which nothing is known yet, in place of the last one; its memory is handed over. */
  openTrial(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome<null>>;
  runTrial(input: RawTensor): Promise<Outcome<RawTensor>>;
  /** Ends that network, and hands its bytes back. */
  closeTrial(): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
}
