import type { WireError } from '../base/errors.ts';
import type { Inspection, JobEvent, JobReport, Stage, UpscaleOptions, Warning } from '../worker/protocol.ts';
import { completed, type MosaicBand, withPlan, withTilesDone } from './mosaic.ts';
import type { Ticket } from './registry.ts';
import { afterTile, newPace, type Pace } from './remaining.ts';

/** A picture that was opened; its file and pixels are behind the ticket. */
export type Picture = { readonly source: Ticket; readonly name: string; readonly inspection: Inspection };

/** What runs the network of a job. */
export type RunningEngine = Pick<JobReport, 'backend' | 'adapter' | 'precision' | 'threads'>;

/** What is known of a running job. */
export type Progress = {
  readonly stage: Stage | 'starting';
  readonly download: { readonly loadedBytes: number; readonly totalBytes: number } | null;
  /** What runs the network, as last told: precision and even backend may change within a job. */
  readonly engine: RunningEngine | null;
  readonly bands: readonly MosaicBand[];
  /** Of the last plan. */
  readonly tile: { readonly done: number; readonly total: number } | null;
  /** Of the whole picture, 0..1; never goes back. */
  readonly fraction: number;
  readonly pace: Pace | null;
  /** Output rows that are finished and can be painted. */
  readonly finishedRows: number;
  readonly notices: readonly Warning[];
};

/** A job that was started, and what it was asked for. */
export type StartedJob = {
  readonly picture: Picture;
  readonly jobId: string;
  readonly options: UpscaleOptions;
  readonly outputWidth: number;
  readonly outputHeight: number;
  /** The finished rows, to be painted while it runs and kept after a cancel. */
  readonly partial: Ticket;
  readonly startedAtMs: number;
};

export type RunningJob = StartedJob & {
  readonly kind: 'running';
  readonly cancelling: boolean;
  readonly progress: Progress;
};

export type DoneJob = {
  readonly kind: 'done';
  readonly picture: Picture;
  readonly result: Ticket;
  readonly fileName: string;
  readonly report: JobReport;
};

export type CancelledJob = StartedJob & { readonly kind: 'cancelled'; readonly progress: Progress };

/** The job at rest: nothing is being read and nothing runs. */
export type RestingJob =
  | { readonly kind: 'idle' }
  | { readonly kind: 'picked'; readonly picture: Picture }
  | DoneJob
  | { readonly kind: 'failed'; readonly picture: Picture; readonly error: WireError }
  | CancelledJob;

/** The one job of the page. `inspecting` remembers what to go back to when the new file is no picture. */
export type JobState =
  | RestingJob
  | { readonly kind: 'inspecting'; readonly name: string; readonly previous: RestingJob }
  | RunningJob;

/** The picture on the light table, if there is one. */
export function pictureOf(job: JobState): Picture | null {
  if (job.kind === 'idle') return null;
  if (job.kind === 'inspecting') return pictureOf(job.previous);
  return job.picture;
}

/** A job that has just been handed to the worker. */
export function begun(job: StartedJob): RunningJob {
  const progress: Progress = {
    stage: 'starting',
    download: null,
    engine: null,
    bands: [],
    tile: null,
    fraction: 0,
    pace: null,
    finishedRows: 0,
    notices: [],
  };
  return { ...job, kind: 'running', cancelling: false, progress };
}

/** The job after `event`; an event of another job, or of one that has ended, changes nothing. */
export function afterEvent(job: JobState, event: JobEvent, nowMs: number): JobState {
  if (job.kind !== 'running' || job.jobId !== event.jobId) return job;
  return { ...job, progress: progressAfter(job, event, nowMs) };
}

function progressAfter(job: RunningJob, event: JobEvent, nowMs: number): Progress {
  const { progress } = job;
  switch (event.kind) {
    case 'stage':
      return enterStage(progress, event.stage, nowMs);
    case 'download':
      return { ...progress, download: { loadedBytes: event.loadedBytes, totalBytes: event.totalBytes } };
    case 'engine':
      return withEngine(progress, event);
    case 'plan':
      return {
        ...progress,
        bands: withPlan(progress.bands, event.plan, job.picture.inspection.height),
        tile: { done: 0, total: event.plan.columns * event.plan.rows },
      };
    case 'tile':
      return afterTileEvent(progress, event, nowMs);
    case 'rows':
      return { ...progress, finishedRows: Math.max(progress.finishedRows, event.y + event.height) };
    case 'notice':
      return { ...progress, notices: [...progress.notices, event.warning] };
  }
}

function withEngine(progress: Progress, { backend, adapter, precision, threads }: RunningEngine): Progress {
  const isAnother = progress.engine !== null && progress.engine.backend !== backend;
  return {
    ...progress,
    engine: { backend, adapter, precision, threads },
    // The remaining time was told from how fast the other one was.
    pace: isAnother ? null : progress.pace,
  };
}

function enterStage(progress: Progress, stage: Stage, nowMs: number): Progress {
  const entered: Progress = { ...progress, stage, download: null };
  if (stage === 'tiles') return { ...entered, pace: progress.pace ?? newPace(nowMs, progress.fraction) };
  if (stage === 'encoding') return { ...entered, fraction: 1, bands: completed(progress.bands) };
  return entered;
}

function afterTileEvent(
  progress: Progress,
  event: Extract<JobEvent, { kind: 'tile' }>,
  nowMs: number,
): Progress {
  return {
    ...progress,
    bands: withTilesDone(progress.bands, event.doneInPlan),
    tile: { done: event.doneInPlan, total: event.totalInPlan },
    fraction: Math.max(progress.fraction, event.fraction),
    pace: afterTile(progress.pace ?? newPace(nowMs - event.tileMs, progress.fraction), event.fraction, nowMs),
  };
}
