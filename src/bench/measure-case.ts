import { messageOf } from '../base/errors.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Backend, UpscaleOptions } from '../worker/protocol.ts';
import type { BareRequest } from './bare-protocol.ts';
import { BareRuns } from './bare-runs.ts';
import { BenchJobs, CountedJobs, type TimedJob } from './bench-jobs.ts';
import type { DrawnPicture } from './picture.ts';
import { type CaseFigures, type HalvingFigures, median, type Sample, type Variant } from './result.ts';

/** Where the app's files are. */
export type Places = { readonly catalogUrl: string; readonly pendingGlueUrl: string };

export type CaseRequest = {
  readonly backend: Backend;
  readonly model: ModelDescriptor;
  readonly picture: DrawnPicture;
  readonly places: Places;
  readonly rounds: number;
  /** Nominal, in source pixels; null lets Tessera choose. */
  readonly tile: number | null;
  /** Whether a shortage of memory is tried, too. */
  readonly halving: boolean;
  /** Told what begins, as half a sentence, and the part of the case that is done. */
  readonly tell: (what: string, part: number) => void;
  readonly signal: AbortSignal;
};

/** What the product chooses on a graphics card, in a precision. */
export function usualVariant(precision: Variant['precision']): Variant {
  return { precision, layout: 'NHWC', graphCapture: false, tensors: 'on-card', pendingDispatches: null };
}

/** The bare runs of the same tiles as a job's. */
export function bareRequest(
  { backend, model, picture, places }: CaseRequest,
  { report }: TimedJob,
  variant: Variant,
): BareRequest {
  const { width, height, rgba } = picture;
  return {
    ...{ backend, variant, model, ...places },
    picture: { width, height, rgba },
    tile: report.tileSizesTried.at(-1) ?? 0,
    context: report.context,
    feather: report.feather,
  };
}

/** One backend, model and picture; gives the figures, and the first job for whoever measures further. */
export async function measureCase(request: CaseRequest): Promise<{ figures: CaseFigures; first: TimedJob }> {
  const { first, samples } = await measureRounds(request);
  const { card, halving } = await measureCounted(request);
  const { report } = first;
  const { width, height, bytes } = report.output;
  const outputMegapixels = (width * height) / 1e6;
  const jobMs = median(samples.map((sample) => sample.jobMs));
  const bareMs = median(samples.map((sample) => sample.bareMs));
  const figures = {
    picture: { width: report.input.width, height: report.input.height },
    output: { width, height, bytes },
    threads: report.threads,
    precision: report.precision,
    tile: report.tileSizesTried.at(-1) ?? 0,
    paddedTile: report.paddedTile,
    tiles: first.tiles,
    firstJobMs: first.wallMs,
    warmUpMs: first.wallMs - jobMs,
    jobMs,
    bareMs,
    overhead: median(samples.map((sample) => sample.jobMs / sample.bareMs)),
    jobMsPerOutputMegapixel: jobMs / outputMegapixels,
    bareMsPerOutputMegapixel: bareMs / outputMegapixels,
    samples,
    card,
    halving,
  };
  return { figures, first };
}

/** Jobs and bare runs in turns, so that a machine that grows slower or busier does so for both. */
async function measureRounds(request: CaseRequest): Promise<{ first: TimedJob; samples: readonly Sample[] }> {
  const { places, picture, rounds, tell, signal } = request;
  const jobs = new BenchJobs(places.catalogUrl);
  let bare: BareRuns | null = null;
  try {
    tell('the first job, which starts everything', 0);
    const first = await jobs.run(picture.file, optionsOf(request), signal);
    const variant = usualVariant(first.report.precision);
    bare = await BareRuns.open(bareRequest(request, first, variant));
    checkSameTiles(bare, first);
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      tell(`round ${round + 1} of ${rounds}`, (round + 1) / (rounds + 2));
      // The one that was last before is the first now.
      const bareFirst = round % 2 === 1 ? (await bare.run()).ms : null;
      const job = await jobs.run(picture.file, optionsOf(request), signal);
      checkSameTiles(bare, job);
      samples.push(sampleOf(job, bareFirst ?? (await bare.run()).ms));
    }
    return { first, samples };
  } finally {
    jobs.end();
    bare?.end();
  }
}

function optionsOf({ backend, model, tile }: CaseRequest): UpscaleOptions {
  return { backend, model: model.id, ...(tile === null ? {} : { tile }) };
}

function checkSameTiles({ opened }: BareRuns, { report, tiles }: TimedJob): void {
  const wanted = `${tiles} tiles of ${report.paddedTile.width} × ${report.paddedTile.height}`;
  const given = `${opened.tiles} tiles of ${opened.paddedTile.width} × ${opened.paddedTile.height}`;
  if (given !== wanted) throw new Error(`The bare runs have ${given} where the job had ${wanted}.`);
}

function sampleOf({ wallMs, report }: TimedJob, bareMs: number): Sample {
  const { reading, loading, tiles, network, encoding } = report.ms;
  return { jobMs: wallMs, bareMs, reading, loading, tiles, network, encoding };
}

/** Not timed but counted: a worker of its own, below which the platform is watched. */
async function measureCounted(request: CaseRequest): Promise<Pick<CaseFigures, 'card' | 'halving'>> {
  const { backend, places, picture, rounds, tell, signal } = request;
  if (backend === 'wasm' && !request.halving) return { card: null, halving: null };
  const jobs = new CountedJobs(places.catalogUrl);
  try {
    tell('counting', (rounds + 1) / (rounds + 2));
    const run = () => jobs.run(picture.file, optionsOf(request), signal);
    await run();
    await jobs.tell({ kind: 'begin' });
    const job = await run();
    const counts = await jobs.tell({ kind: 'read' });
    const { tilesRun } = job.report;
    const card =
      backend === 'wasm'
        ? null
        : {
            peakBytes: counts.peakBytes,
            upBytes: counts.upBytes,
            downBytes: counts.downBytes,
            dispatchesPerTile: counts.dispatches / tilesRun,
            submitsPerTile: counts.submits / tilesRun,
          };
    return { card, halving: request.halving ? await tryHalving(request, jobs, job) : null };
  } finally {
    jobs.end();
  }
}

/** Where tiles cannot be smaller, a shortage ends the job: that takes nothing from the other figures. */
async function tryHalving(
  ...asked: Parameters<typeof measureHalving>
): Promise<HalvingFigures | { problem: string }> {
  try {
    return await measureHalving(...asked);
  } catch (error) {
    asked[0].signal.throwIfAborted();
    return { problem: messageOf(error) };
  }
}

/** Memory runs short at the last tile of the first row, where most has to be thrown away. */
async function measureHalving(
  request: CaseRequest,
  jobs: CountedJobs,
  undisturbed: TimedJob,
): Promise<HalvingFigures> {
  const { backend, picture, tell, rounds, signal } = request;
  tell('a shortage of memory', (rounds + 1.5) / (rounds + 2));
  const tile = Math.max(0, undisturbed.columns - 1);
  const { width, height } = undisturbed.report.paddedTile;
  const values = backend === 'wasm' ? 3 * width * height : null;
  await jobs.tell({ kind: 'begin' });
  await jobs.tell({ kind: 'fail-tile', tile, values });
  const { report, wallMs } = await jobs.run(picture.file, optionsOf(request), signal);
  const { strikes } = await jobs.tell({ kind: 'read' });
  if (strikes !== 1) throw new Error(`The shortage of memory struck ${strikes} times.`);
  const { tileSizesTried, tilesRun, tilesRedone } = report;
  const extraMs = wallMs - undisturbed.wallMs;
  return { failedTile: tile + 1, ofTiles: undisturbed.tiles, tileSizesTried, tilesRun, tilesRedone, extraMs };
}
