import { TesseraError, toWire } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import type { Engine } from '../engine/engine.ts';
import { classifyFailure } from '../engine/failure.ts';
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
import { type JobOptions, resolveOptions } from './job-options.ts';
import { notKept } from './notices.ts';
import type { Backend, JobReport, ServiceOutcome, ServiceRequest } from './protocol.ts';
import { type Picture, readPicture } from './read-picture.ts';
import { ResultCanvas } from './result-canvas.ts';
import { tileBudget } from './tile-budget.ts';
import { TileWork, WorkerSpent } from './tile-work.ts';

/** What a job needs from the worker that it runs in. */
export type JobHost = {
  readonly send: SendEvent;
  /** True once the job was cancelled; lets waiting messages in before it answers. */
  readonly shouldStop: () => Promise<boolean>;
  /**
   * The engine for a backend; null lets it choose.
   *
   * @throws WorkerSpent when this worker already runs another backend.
   */
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

async function upscale(request: ServiceRequest, host: JobHost, log: JobLog): Promise<ServiceOutcome> {
  const catalog = await loadCatalog(request.catalogUrl);
  const model = findModel(catalog, request.options.model);
  const options = resolveOptions(request.options, model);
  if (request.resume?.notice) log.warn(request.resume.notice);

  log.stage('reading');
  const { scale, format, context } = options;
  const picture = await readPicture(request.file, { scale, format, context });
  for (const warning of picture.warnings) log.warn(warning);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const engine = await openEngine(request, options, model, host, log);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const { width, height } = picture.source;
  const canvas = new ResultCanvas(width * scale, height * scale, request.previewSidePx);
  try {
    const run = await runAllTiles(request, options, model, engine, picture, canvas, host, log);
    if (run.kind === 'stopped') return { kind: 'cancelled' };
    return await finish(request, options, model, engine, picture, canvas, run, log);
  } finally {
    canvas.release();
  }
}

async function openEngine(
  request: ServiceRequest,
  options: JobOptions,
  model: ModelDescriptor,
  host: JobHost,
  log: JobLog,
): Promise<Engine> {
  log.stage('loading-runtime');
  const engine = await host.engine(options.backend, log);
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

async function runAllTiles(
  request: ServiceRequest,
  options: JobOptions,
  model: ModelDescriptor,
  engine: Engine,
  picture: Picture,
  canvas: ResultCanvas,
  host: JobHost,
  log: JobLog,
): Promise<TileRun> {
  const { scale, context, feather } = options;
  const recovery =
    request.resume?.recovery ??
    startingState(options.tile ?? firstTile(tileBudget(engine.adapter), model, context));
  const work = new TileWork({ engine, model, scale, picture, canvas, log });
  const fromRow = sourcePx((await work.putKept(request.resume?.bands ?? [])) / scale);
  log.stage(engine.backend === 'webgpu' ? 'warming-up' : 'tiles');
  const run = await runTiles({
    source: picture.source,
    scale,
    tiling: { context, feather, multipleOf: 8 },
    fromRow,
    recovery,
    operation: work.operation,
    classify: (error) => {
      const failure = classifyFailure(error);
      return failure.kind === 'other' ? null : failure;
    },
    repair: (failure, next) => work.repair(failure, next),
    shouldStop: host.shouldStop,
    onPlan: (plan, state, failure) => work.planned(plan, state, failure),
    onTile: (tile, plan, tileMs) => work.tileDone(tile, plan, tileMs),
    onBand: (band, state) => work.bandDone(band, state),
    now: () => performance.now(),
  });
  log.tilesRedone(run.tilesRedone);
  return run;
}

async function finish(
  request: ServiceRequest,
  options: JobOptions,
  model: ModelDescriptor,
  engine: Engine,
  picture: Picture,
  canvas: ResultCanvas,
  run: TileRun,
  log: JobLog,
): Promise<ServiceOutcome> {
  log.stage('encoding');
  if (picture.alpha && options.format === 'jpeg') log.warn(canvas.flatten());
  const file = await canvas.encode(options.format, options.quality);
  return {
    kind: 'done',
    file,
    name: resultName(request.name, model.id, options.format),
    picture: canvas.takePicture(),
    report: makeReport(request, options, model, engine, picture, file, run, log),
  };
}

function makeReport(
  request: ServiceRequest,
  options: JobOptions,
  model: ModelDescriptor,
  engine: Engine,
  { format, source: { width, height } }: Picture,
  file: Blob,
  run: TileRun,
  log: JobLog,
): JobReport {
  const { scale, context, feather } = options;
  const { tilesRun, tilesRedone, warnings } = log.tally();
  return {
    input: { name: request.name, format, width, height },
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
    tilesRedone,
    devicesLost: run.recovery.devicesLost,
    workersLost: run.recovery.workersLost,
    ms: { total: Date.now() - request.startedAt, ...log.times() },
    warnings,
  };
}

function engineName(engine: Engine): string {
  return engine.adapter ? adapterName(engine.adapter) : 'CPU';
}
