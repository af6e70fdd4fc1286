import { fromWire } from '../base/errors.ts';
import { createUpscaleClient } from '../worker/client.ts';
import { type StartWorker, startUpscaleWorker } from '../worker/live-worker.ts';
import type { JobReport, UpscaleOptions, UpscalePort } from '../worker/protocol.ts';
import type { CountCommand, PlatformCounts } from './count-protocol.ts';

export type TimedJob = {
  /** From asking for it to the finished file, in milliseconds. */
  readonly wallMs: number;
  readonly report: JobReport;
  /** Tiles in a row of the first plan, and in all of it. */
  readonly columns: number;
  readonly tiles: number;
};

/** A client of its own with its worker, which ends when it is said. */
export class BenchJobs {
  readonly port: UpscalePort;
  readonly #workers: Worker[] = [];

  constructor(catalogUrl: string, startWorker: StartWorker = startUpscaleWorker) {
    this.port = createUpscaleClient(catalogUrl, () => {
      const worker = startWorker();
      this.#workers.push(worker);
      return worker;
    });
  }

  /**
   * One whole job, as a page that embeds Tessera runs it.
   *
   * @throws TesseraError as the job ended with.
   */
  async run(file: File, options: UpscaleOptions, signal: AbortSignal): Promise<TimedJob> {
    signal.throwIfAborted();
    let plan: { columns: number; tiles: number } | null = null;
    const started = performance.now();
    const handle = this.port.start({ file, name: file.name, options, previewSidePx: 0 }, (event) => {
      if (event.kind !== 'plan') return;
      const { columns, rows } = event.plan;
      plan ??= { columns, tiles: columns * rows };
    });
    const stop = () => handle.cancel();
    signal.addEventListener('abort', stop);
    const outcome = await handle.outcome;
    const wallMs = performance.now() - started;
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    if (outcome.kind === 'failed') throw fromWire(outcome.error);
    if (outcome.kind === 'cancelled') throw new Error('The job was cancelled.');
    outcome.picture.close();
    return { wallMs, report: outcome.report, ...(plan ?? { columns: 0, tiles: 0 }) };
  }

  end(): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

/** The same with the worker that counts what is asked of the platform. */
export class CountedJobs extends BenchJobs {
  readonly #channel: BroadcastChannel;

  constructor(catalogUrl: string) {
    const name = `tessera-bench-${crypto.randomUUID()}`;
    super(
      catalogUrl,
      () =>
        new Worker(new URL('./workers/bench-counting.worker.ts', import.meta.url), { type: 'module', name }),
    );
    this.#channel = new BroadcastChannel(name);
  }

  /** Only once the worker has answered a call; before, nobody hears it. */
  tell(command: CountCommand): Promise<PlatformCounts> {
    return new Promise((resolve) => {
      this.#channel.onmessage = ({ data }: MessageEvent<PlatformCounts>) => resolve(data);
      this.#channel.postMessage(command);
    });
  }

  override end(): void {
    super.end();
    this.#channel.close();
  }
}
