import type { CancelledJob, JobState, RunningJob } from '../../state/job.ts';
import type { MosaicBand } from '../../state/mosaic.ts';
import type { Pictures } from '../../state/pictures.ts';
import type { Content } from './view-transform.ts';

type Image = ImageBitmap | OffscreenCanvas;

/** What lies on the table, ready to be painted. */
export type Scene =
  | { readonly kind: 'plain'; readonly content: Content; readonly before: Image }
  | {
      readonly kind: 'working';
      readonly content: Content;
      readonly before: Image;
      /** Null until the first rows are finished. */
      readonly after: Image | null;
      /** Share of the picture's height that is finished. */
      readonly finished: number;
      readonly bands: readonly MosaicBand[];
      readonly sourceHeight: number;
    }
  | {
      readonly kind: 'compare';
      readonly content: Content;
      readonly before: Image;
      readonly after: Image;
    };

/** The scene of a job; null where there is no picture. */
export function sceneOf(job: JobState, pictures: Pictures): Scene | null {
  switch (job.kind) {
    case 'idle':
      return null;
    case 'inspecting':
      return sceneOf(job.previous, pictures);
    case 'running':
    case 'cancelled':
      return workingScene(job, pictures);
    case 'done': {
      const before = pictures.sources.peek(job.picture.source);
      const after = pictures.results.peek(job.result);
      if (!before || !after) return null;
      const { width, height } = job.report.output;
      return { kind: 'compare', content: { width, height }, before: before.bitmap, after: after.bitmap };
    }
    case 'picked':
    case 'failed': {
      const source = pictures.sources.peek(job.picture.source);
      const { width, height } = job.picture.inspection;
      return source && { kind: 'plain', content: { width, height }, before: source.bitmap };
    }
  }
}

function workingScene(job: RunningJob | CancelledJob, pictures: Pictures): Scene | null {
  const source = pictures.sources.peek(job.picture.source);
  if (!source) return null;
  return {
    kind: 'working',
    content: { width: job.outputWidth, height: job.outputHeight },
    before: source.bitmap,
    after: pictures.partials.peek(job.partial)?.image ?? null,
    finished: job.progress.finishedRows / job.outputHeight,
    bands: job.progress.bands,
    sourceHeight: job.picture.inspection.height,
  };
}
