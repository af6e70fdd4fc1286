import type { RecoveryState } from '../tiling/tile-policy.ts';
import type { Checkpoint, JobEvent, JobTally, ServiceRequest, Stage, Warning } from './protocol.ts';

export type SendEvent = (event: JobEvent | Checkpoint, transfer?: Transferable[]) => void;

type Clock = 'reading' | 'loading' | 'warmUp' | 'tiles' | 'encoding';

const CLOCK_OF: Record<Stage, Clock> = {
  reading: 'reading',
  'loading-runtime': 'loading',
  'loading-model': 'loading',
  'warming-up': 'warmUp',
  tiles: 'tiles',
  encoding: 'encoding',
};

/** What a job tells and costs, over all the workers that it has had. */
export class JobLog {
  readonly jobId: string;
  readonly #send: SendEvent;
  readonly #ms: Record<Clock | 'network', number>;
  readonly #warnings: Warning[];
  #tilesRun: number;
  #tilesKept: number;
  #stage: Stage | null = null;
  #since = 0;

  constructor(request: ServiceRequest, send: SendEvent) {
    const before = request.resume?.tally;
    this.jobId = request.jobId;
    this.#send = send;
    this.#ms = { reading: 0, loading: 0, warmUp: 0, tiles: 0, network: 0, ...before?.ms, encoding: 0 };
    this.#warnings = [...(before?.warnings ?? [])];
    this.#tilesRun = before?.tilesRun ?? 0;
    this.#tilesKept = before?.tilesKept ?? 0;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  send(event: JobEvent | Checkpoint, transfer?: Transferable[]): void {
    this.#send(event, transfer);
  }

  /** Ends the stage before and tells the new one. */
  stage(stage: Stage): void {
    this.#stopClock();
    this.#stage = stage;
    this.#since = performance.now();
    this.send({ kind: 'stage', jobId: this.jobId, stage });
  }

  /** Goes into the report and, while the job runs, to the screen; the same code is told once, the last one counts. */
  warn(warning: Warning): void {
    // A new worker meets what the last one has told already.
    if (this.#warnings.some((w) => w.message === warning.message)) return;
    const at = this.#warnings.findIndex((w) => w.code === warning.code);
    if (at >= 0) this.#warnings.splice(at, 1);
    this.#warnings.push(warning);
    this.send({ kind: 'notice', jobId: this.jobId, warning });
  }

  /** One run of the network. */
  tileRun(networkMs: number): void {
    this.#tilesRun++;
    this.#ms.network += networkMs;
  }

  /** The tiles of a row that was finished; what was run besides was run for nothing. */
  tilesKept(count: number): void {
    this.#tilesKept += count;
  }

  checkpoint(recovery: RecoveryState, nextRow: number, band: Checkpoint['band']): void {
    const event: Checkpoint = {
      kind: 'checkpoint',
      jobId: this.jobId,
      recovery,
      nextRow,
      tally: this.tally(),
      band,
    };
    this.send(event, band ? [band.rgba] : []);
  }

  tally(): JobTally {
    this.#stopClock();
    const { encoding: _, ...ms } = this.#ms;
    return { tilesRun: this.#tilesRun, tilesKept: this.#tilesKept, ms, warnings: [...this.#warnings] };
  }

  /** Whole milliseconds so far. */
  times(): Record<Clock | 'network', number> {
    this.#stopClock();
    const rounded = Object.entries(this.#ms).map(([name, ms]) => [name, Math.round(ms)]);
    return Object.fromEntries(rounded) as Record<Clock | 'network', number>;
  }

  #stopClock(): void {
    const now = performance.now();
    if (this.#stage) this.#ms[CLOCK_OF[this.#stage]] += now - this.#since;
    this.#since = now;
  }
}
