import { proxy } from 'comlink';
import { type ErrorCode, fromWire, TesseraError, toWire } from '../base/errors.ts';
import { JobMemory } from './job-memory.ts';
import {
  LiveWorker,
  type Remote,
  type StartWorker,
  startUpscaleWorker,
  type WorkerEnd,
} from './live-worker.ts';
import type {
  Checkpoint,
  Environment,
  Inspection,
  JobEvent,
  JobHandle,
  JobOutcome,
  JobRequest,
  ServiceOutcome,
  ServiceRequest,
  TuningSummary,
  UpscalePort,
  UpscaleService,
  Warning,
  Wired,
} from './protocol.ts';
import { SilenceWatch } from './silence-watch.ts';

/** How long a cancelled job may take to stop before its worker is replaced, in milliseconds. */
const CANCEL_LIMIT_MS = 2000;

/** After these the worker's memory or runtime cannot be trusted any more. */
const SPOILING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'runtime-unavailable',
  'out-of-memory',
  'device-lost',
  'bad-output',
  'run-failed',
  'internal',
]);

/**
 * The page's side: starts the worker when first needed, watches it, and replaces it when it is lost.
 *
 * @param startWorker starts another script than the product's, one that exposes the same service.
 */
export function createUpscaleClient(
  catalogUrl: string,
  startWorker: StartWorker = startUpscaleWorker,
): UpscalePort {
  return new Client(catalogUrl, startWorker);
}

type RunningJob = { cancelled: boolean; stop: () => void };

class Client implements UpscalePort {
  readonly #catalogUrl: string;
  readonly #startWorker: StartWorker;
  #worker: LiveWorker<UpscaleService> | null = null;
  #job: RunningJob | null = null;

  constructor(catalogUrl: string, startWorker: StartWorker) {
    this.#catalogUrl = catalogUrl;
    this.#startWorker = startWorker;
  }

  async inspect(file: Blob): Promise<Inspection> {
    return unwire(await this.#ask((service) => service.inspect(file)));
  }

  environment(): Promise<Environment> {
    return this.#ask((service) => service.environment());
  }

  tunings(): Promise<readonly TuningSummary[]> {
    return this.#ask((service) => service.tunings());
  }

  async forgetTunings(): Promise<void> {
    unwire(await this.#ask((service) => service.forgetTunings()));
  }

  async prepareOffline(models: Parameters<UpscaleService['prepareOffline']>[0]): Promise<void> {
    unwire(await this.#ask((service) => service.prepareOffline(models, this.#catalogUrl)));
  }

  start(request: Omit<JobRequest, 'jobId'>, onEvent: (event: JobEvent) => void): JobHandle {
    const jobId = crypto.randomUUID();
    if (this.#job) return { jobId, outcome: Promise.resolve(failed(busy())), cancel: () => undefined };
    const job: RunningJob = { cancelled: false, stop: () => undefined };
    this.#job = job;
    const asked = { ...request, jobId, catalogUrl: this.#catalogUrl, startedAt: Date.now() };
    const outcome = this.#runToEnd(asked, job, onEvent)
      .catch(failed)
      .finally(() => {
        this.#job = null;
      });
    const cancel = () => {
      job.cancelled = true;
      job.stop();
    };
    return { jobId, outcome, cancel };
  }

  async #runToEnd(
    request: Omit<ServiceRequest, 'resume'>,
    job: RunningJob,
    onEvent: (event: JobEvent) => void,
  ): Promise<JobOutcome> {
    const memory = new JobMemory();
    for (;;) {
      const end = await this.#runOnce({ ...request, resume: memory.resume() }, job, memory, onEvent);
      if (job.cancelled) {
        if ('answer' in end && end.answer.kind === 'done') end.answer.picture.close();
        return { kind: 'cancelled' };
      }
      if ('end' in end) {
        if (end.end === 'not-started') throw notStarted();
        memory.noteLoss((row, halvedTo) => recovered(end.end, row, halvedTo));
      } else if (end.answer.kind === 'worker-spent') {
        this.#dismiss();
        memory.noteSpent(end.answer.recovery, end.answer.notice);
      } else {
        if (isSpoilt(end.answer)) this.#dismiss();
        return end.answer;
      }
    }
  }

  /** One worker's share of a job: its outcome, or its end. */
  async #runOnce(
    request: ServiceRequest,
    job: RunningJob,
    memory: JobMemory,
    onEvent: (event: JobEvent) => void,
  ): Promise<{ answer: ServiceOutcome } | { end: WorkerEnd }> {
    const live = this.#live();
    const watch = new SilenceWatch(() => live.dismiss('hung'));
    let impatience: ReturnType<typeof setTimeout> | undefined;
    job.stop = () => {
      void live.service.cancel(request.jobId);
      impatience = setTimeout(() => live.dismiss('dismissed'), CANCEL_LIMIT_MS);
    };
    if (job.cancelled) job.stop();
    let isOver = false;
    const hear = (event: JobEvent | Checkpoint) => {
      // A worker that was given up may still have messages on their way.
      if (isOver) return closeUnseen(event);
      watch.heard(event);
      if (event.kind === 'tile') memory.noteTile();
      if (event.kind === 'checkpoint') memory.note(event);
      else tell(onEvent, event);
    };
    try {
      return await live.ask((service) => service.run(request, proxy(hear)));
    } finally {
      isOver = true;
      clearTimeout(impatience);
      watch.stop();
    }
  }

  /** A call that has nothing to do with a job; tried again once when the worker ends meanwhile. */
  async #ask<T>(call: (service: Remote<UpscaleService>) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const end = await this.#live().ask(call);
      if ('answer' in end) return end.answer;
      if (end.end === 'not-started' || tries > 0) throw notStarted();
    }
  }

  #live(): LiveWorker<UpscaleService> {
    if (this.#worker) return this.#worker;
    const live = new LiveWorker<UpscaleService>(this.#startWorker);
    void live.ended.then(() => {
      if (this.#worker === live) this.#worker = null;
    });
    this.#worker = live;
    return live;
  }

  #dismiss(): void {
    this.#worker?.dismiss('dismissed');
    this.#worker = null;
  }
}

/**
 * Whether the worker is better replaced before the next job. A runtime on the graphics card that failed twice may have
 * ended itself, and would fail in each job to come.
 */
function isSpoilt(answer: ServiceOutcome): boolean {
  if (answer.kind === 'failed') return SPOILING.has(answer.error.code);
  return answer.kind === 'done' && answer.report.warnings.some(({ code }) => code === 'processor-took-over');
}

function unwire<T>(wired: Wired<T>): T {
  if (wired.ok) return wired.value;
  throw fromWire(wired.error);
}

function failed(error: unknown): JobOutcome {
  return { kind: 'failed', error: toWire(error) };
}

/** A listener that throws is its author's matter, not the job's. */
function tell(listener: (event: JobEvent) => void, event: JobEvent): void {
  try {
    listener(event);
  } catch (error) {
    reportError(error);
  }
}

function closeUnseen(event: JobEvent | Checkpoint): void {
  if (event.kind === 'rows') event.preview.close();
}

function recovered(end: WorkerEnd, row: number, halvedTo: number | null): Warning {
  const what = end === 'hung' ? 'stopped answering' : 'stopped';
  const how = halvedTo === null ? '' : `, in smaller tiles (${halvedTo} pixels)`;
  return {
    code: 'worker-recovered',
    message: `The background worker ${what}; Tessera started it again and went on from row ${row}${how}.`,
  };
}

function busy(): TesseraError {
  return new TesseraError(
    'busy',
    'Another picture is being upscaled.',
    'Wait until it is done, or cancel it first.',
  );
}

function notStarted(): TesseraError {
  return new TesseraError(
    'runtime-unavailable',
    'The background worker that does the upscaling could not be started.',
    'Check the connection, reload the page and try again.',
  );
}
