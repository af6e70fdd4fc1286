import { toWire } from '../base/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { adapterName } from '../engine/gpu-device.ts';
import { resultName } from '../formats/names.ts';
import { findModel, loadCatalog } from '../models/catalog.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { loadModelFile } from '../models/model-file.ts';
import { firstTile } from '../tiling/first-tile.ts';
import { runTiles, type TileRun } from '../tiling/run-tiles.ts';
import { startingState } from '../tiling/tile-policy.ts';
import { engineError } from './engine-error.ts';
import { JobLog, type SendEvent } from './job-log.ts';
import { type JobOptions, reachOf, resolveOptions } from './job-options.ts';
import { contextShort, notKept } from './notices.ts';
import type { Backend, JobReport, ServiceOutcome, ServiceRequest } from './protocol.ts';
import { type Picture, readPicture } from './read-picture.ts';
import { ResultCanvas } from './result-canvas.ts';
import { tileBudget } from './tile-budget.ts';
import { TileWork, WorkerSpent } from './tile-work.ts';

/** Sides that are no multiple of four leave the fast path of the WebGPU kernels; eight also limits how many shapes there are. */
const PADDED_MULTIPLE = 8;

/** What a job needs from the worker that it runs in. */
export type JobHost = {
  readonly send: SendEvent;
  /** True once the job was cancelled; lets waiting messages in before it answers. */
  readonly shouldStop: () => Promise<boolean>;
  /** The engine for a backend; null lets it choose. Lets go of what another one holds. */
  readonly engine: (backend: Backend | null, log: JobLog) => Promise<Engine>;
};

/** Runs one job from file to file. Never rejects. */
export async function runJob(request: ServiceRequest, host: JobHost): Promise<ServiceOutcome> {
  const log = new JobLog(request, host.send);
  try {
    return await upscale(request, host, log);
  } catch (error) {
    if (error instanceof WorkerSpent) {
      return { kind: 'worker-spent', recovery: error.recovery, notice: error.notice };
    }
    return { kind: 'failed', error: toWire(engineError(error)) };
  }
}

/** What is settled before the first byte of the picture is looked at. */
type Settled = {
  readonly request: ServiceRequest;
  readonly host: JobHost;
  readonly log: JobLog;
  readonly model: ModelDescriptor;
  readonly options: JobOptions;
};

/** All that the tiles need. */
type Ready = Settled & {
  readonly picture: Picture;
  readonly canvas: ResultCanvas;
};

async function upscale(request: ServiceRequest, host: JobHost, log: JobLog): Promise<ServiceOutcome> {
  const catalog = await loadCatalog(request.catalogUrl);
  const model = findModel(catalog, request.options.model);
  const options = resolveOptions(request.options, model);
  const settled: Settled = { request, host, log, model, options };
  if (request.resume?.notice) log.warn(request.resume.notice);

  log.stage('reading');
  const picture = await readPicture(request.file, options);
  for (const warning of picture.warnings) log.warn(warning);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const engine = await openEngine(settled, options.backend);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const { width, height } = picture.source;
  const canvas = new ResultCanvas(width * options.scale, height * options.scale, request.previewSidePx);
  try {
    const ready: Ready = { ...settled, picture, canvas };
    const { run, lastEngine } = await runAllTiles(ready, engine);
    return run.kind === 'stopped' ? { kind: 'cancelled' } : await finish(ready, run, lastEngine);
  } finally {
    canvas.release();
  }
}

async function openEngine(settled: Settled, asked: Backend | null): Promise<Engine> {
  const { request, host, log, model } = settled;
  log.stage('loading-runtime');
  const engine = await host.engine(asked, log);
  const { backend, threads } = engine;
  const adapter = engineName(engine);
  log.send({ kind: 'engine', jobId: log.jobId, backend, adapter, precision: 'float32', threads });
  log.stage('loading-model');
  if (engine.isLoaded(model)) return engine;
  const onProgress = (loadedBytes: number, totalBytes: number) => {
    log.send({ kind: 'download', jobId: log.jobId, what: 'model', loadedBytes, totalBytes });
  };
  const bytes = await loadModelFile(model, request.catalogUrl, onProgress, () => log.warn(notKept()));
  await engine.load(model, bytes);
  return engine;
}

async function runAllTiles(ready: Ready, engine: Engine): Promise<{ run: TileRun; lastEngine: Engine }> {
  const { request, host, log, model, picture } = ready;
  const { scale, context, feather, tile } = ready.options;
  const reach = reachOf(model, scale);
  if (context < reach) log.warn(contextShort(context, reach));
  const toProcessor = async () => {
    const processor = await openEngine(ready, 'wasm');
    log.stage('tiles');
    return processor;
  };
  const work = new TileWork({ ...ready, engine, scale, toProcessor });
  try {
    const fromRow = await work.putKept(request.resume?.bands ?? []);
    log.stage(engine.backend === 'webgpu' ? 'warming-up' : 'tiles');
    const run = await runTiles({
      source: picture.source,
      scale,
      tiling: { context, feather, multipleOf: PADDED_MULTIPLE },
      fromRow,
      recovery:
        request.resume?.recovery ??
        startingState(tile ?? firstTile(tileBudget(engine.adapter), model, context)),
      road: () => work.road,
      classify: (error) => work.classify(error),
      repair: (failure, recovery) => work.repair(failure, recovery),
      shouldStop: host.shouldStop,
      onPlan: (plan, recovery, failure) => work.planned(plan, recovery, failure),
      onTile: (done, plan, tileMs) => work.tileDone(done, plan, tileMs),
      onBand: (band, recovery) => work.bandDone(band, recovery),
      now: () => performance.now(),
    });
    return { run, lastEngine: work.engine };
  } finally {
    await work.release();
  }
}

async function finish(ready: Ready, run: TileRun, engine: Engine): Promise<ServiceOutcome> {
  const { request, log, model, options, picture, canvas } = ready;
  log.stage('encoding');
  if (picture.alpha && options.format === 'jpeg') log.warn(canvas.flatten());
  const file = await canvas.encode(options.format, options.quality);
  return {
    kind: 'done',
    file,
    name: resultName(request.name, model.id, options.format),
    picture: canvas.takePicture(),
    report: makeReport(ready, run, engine, file),
  };
}

function makeReport(
  { request, log, model, options, picture }: Ready,
  run: TileRun,
  engine: Engine,
  file: Blob,
): JobReport {
  const { width, height } = picture.source;
  const { scale, context, feather } = options;
  const { tilesRun, tilesKept, warnings } = log.tally();
  return {
    input: { name: request.name, format: picture.format, width, height },
    output: { format: options.format, width: width * scale, height: height * scale, bytes: file.size },
    model: { id: model.id, scale: model.scale, sha256: model.sha256 },
    scale,
    backend: engine.backend,
    adapter: engineName(engine),
    precision: 'float32',
    threads: engine.threads,
    tileSizesTried: run.recovery.tried,
    context,
    feather,
    paddedTile: run.lastPlan.padded,
    tilesRun,
    tilesRedone: tilesRun - tilesKept,
    devicesLost: run.recovery.devicesLost,
    workersLost: run.recovery.workersLost,
    ms: { total: Date.now() - request.startedAt, ...log.times() },
    warnings,
  };
}

function engineName(engine: Engine): string {
  return engine.adapter ? adapterName(engine.adapter) : 'CPU';
}
