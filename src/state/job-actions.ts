import type { StoreApi } from 'zustand/vanilla';
import { TesseraError, toWire } from '../base/errors.ts';
import type { JobEvent, JobHandle, JobOutcome } from '../worker/protocol.ts';
import { storeRates } from './device-storage.ts';
import { measuredRate } from './estimate.ts';
import { afterEvent, begun, type JobState, type Picture, pictureOf, type RunningJob } from './job.ts';
import { pictureProblem, withNotice, withoutTopic } from './notices.ts';
import { refusalNow } from './selectors.ts';
import { chosenModel, chosenScale, optionsOf } from './settings.ts';
import type { AppDeps, AppState } from './store.ts';
import { ticketsOf } from './tickets.ts';

/** What can happen to the picture and its job. Each does nothing where the job's state does not allow it. */
export type JobActions = {
  /** Opens a picture; a file that is none leaves the page as it was, with a notice. */
  readonly open: (file: Blob, name: string) => Promise<void>;
  readonly start: () => void;
  /** Takes effect within one tile. */
  readonly cancel: () => void;
  /** Back to the choices, with the same picture. */
  readonly revise: () => void;
  /** Back to the empty page. */
  readonly clear: () => void;
};

/** The verbs of the job, bound to one store. */
export function createJobActions(deps: AppDeps, store: StoreApi<AppState>): JobActions {
  const { port, pictures, now } = deps;
  let handle: JobHandle | null = null;
  let opening = 0;

  /** The one way to a new job state: frees every picture that the new state does not hold. */
  function moveTo(job: JobState): void {
    const before = ticketsOf(store.getState().job);
    const after = ticketsOf(job);
    store.setState({ job });
    for (const kind of ['sources', 'results', 'partials'] as const) {
      for (const ticket of before[kind]) if (!after[kind].includes(ticket)) pictures[kind].release(ticket);
    }
  }

  async function open(file: Blob, name: string): Promise<void> {
    const { job } = store.getState();
    if (job.kind === 'running') return refuseWhileRunning(store, job);
    const previous = job.kind === 'inspecting' ? job.previous : job;
    const turn = ++opening;
    store.setState((state) => ({ notices: withoutTopic(state.notices, 'picture') }));
    moveTo({ kind: 'inspecting', name, previous });
    try {
      const picture = await readPicture(deps, file, name);
      if (turn === opening) moveTo({ kind: 'picked', picture });
      else pictures.sources.release(picture.source);
    } catch (error) {
      if (turn !== opening) return;
      moveTo(previous);
      store.setState((state) => ({ notices: withNotice(state.notices, pictureProblem(name, error)) }));
    }
  }

  function start(): void {
    const state = store.getState();
    const picture = pictureOf(state.job);
    if (!picture || state.job.kind === 'running' || state.job.kind === 'inspecting') return;
    if (refusalNow(state) !== null) return;
    store.setState((now) => ({ notices: withoutTopic(now.notices, 'address') }));
    const options = optionsOf(state.settings, state.catalog);
    const scale = chosenScale(state.settings, state.catalog);
    const request = {
      file: pictures.sources.get(picture.source).file,
      name: picture.name,
      options,
      previewSidePx: deps.previewSidePx(),
    };
    const started = port.start(request, (event) => hear(event));
    handle = started;
    moveTo(
      begun({
        picture,
        jobId: started.jobId,
        options,
        outputWidth: picture.inspection.width * scale,
        outputHeight: picture.inspection.height * scale,
        partial: pictures.partials.add(pictures.newPartial()),
        startedAtMs: now(),
      }),
    );
    void started.outcome.then(
      (outcome) => finish(started.jobId, outcome),
      (error: unknown) => finish(started.jobId, { kind: 'failed', error: toWire(error) }),
    );
  }

  function hear(event: JobEvent): void {
    const { job } = store.getState();
    const ours = job.kind === 'running' && job.jobId === event.jobId;
    if (event.kind === 'rows') {
      if (ours) pictures.partials.get(job.partial).paint(event);
      else event.preview.close();
    }
    const next = afterEvent(job, event, now());
    if (next !== job) store.setState({ job: next });
  }

  function finish(jobId: string, outcome: JobOutcome): void {
    const { job } = store.getState();
    if (job.kind !== 'running' || job.jobId !== jobId) {
      if (outcome.kind === 'done') outcome.picture.close();
      return;
    }
    handle = null;
    switch (outcome.kind) {
      case 'done':
        rememberRate(deps, store, outcome.report);
        moveTo(doneJob(deps, job.picture, outcome));
        return;
      case 'cancelled':
        moveTo({ ...job, kind: 'cancelled' });
        return;
      case 'failed':
        moveTo({ kind: 'failed', picture: job.picture, error: outcome.error });
    }
  }

  return {
    open,
    start,
    cancel() {
      const { job } = store.getState();
      if (job.kind !== 'running' || job.cancelling) return;
      store.setState({ job: { ...job, cancelling: true } });
      handle?.cancel();
    },
    revise() {
      const { job } = store.getState();
      const picture = pictureOf(job);
      if (picture && job.kind !== 'running' && job.kind !== 'inspecting') moveTo({ kind: 'picked', picture });
    },
    clear() {
      if (store.getState().job.kind === 'running') return;
      opening++;
      store.setState((state) => ({ notices: withoutTopic(state.notices, 'picture') }));
      moveTo({ kind: 'idle' });
    },
  };
}

async function readPicture(deps: AppDeps, file: Blob, name: string): Promise<Picture> {
  // The header comes first: it refuses a bomb before anything is decoded.
  const inspection = await deps.port.inspect(file);
  let bitmap: ImageBitmap;
  try {
    bitmap = await deps.pictures.decode(file);
  } catch (cause) {
    throw new TesseraError(
      'picture-broken',
      `Its header says ${inspection.format.toUpperCase()}, ${inspection.width} × ${inspection.height} pixels, but this browser could not read the rest.`,
      'Try to open and save it in another program first.',
      { format: inspection.format, width: inspection.width, height: inspection.height },
      { cause },
    );
  }
  return { source: deps.pictures.sources.add({ file, bitmap }), name, inspection };
}

function doneJob(
  { pictures }: AppDeps,
  picture: Picture,
  outcome: Extract<JobOutcome, { kind: 'done' }>,
): JobState {
  const { file, name, picture: bitmap, report } = outcome;
  const result = pictures.results.add({ file, bitmap, url: pictures.urlOf(file) });
  return { kind: 'done', picture, result, fileName: name, report };
}

function rememberRate(
  { storage }: AppDeps,
  store: StoreApi<AppState>,
  report: Parameters<typeof measuredRate>[0],
): void {
  const { catalog, settings, rates } = store.getState();
  const model = catalog.models.find((each) => each.id === report.model.id) ?? chosenModel(settings, catalog);
  const rate = model && measuredRate(report, model);
  if (!rate) return;
  const known: AppState['rates'] = { ...rates, [report.backend]: rate };
  store.setState({ rates: known });
  storeRates(storage, known);
}

function refuseWhileRunning(store: StoreApi<AppState>, job: RunningJob): void {
  const lines = [`Tessera is still working on ${job.picture.name}. Cancel it to open another picture.`];
  store.setState((state) => ({
    notices: withNotice(state.notices, { topic: 'picture', tone: 'note', lines, code: 'busy' }),
  }));
}
