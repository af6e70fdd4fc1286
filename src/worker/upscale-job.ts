import { toWire } from '../base/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { resultName } from '../formats/names.ts';
import { runTiles, type TileRun } from '../tiling/run-tiles.ts';
import { startingState } from '../tiling/tile-policy.ts';
import {
  type ChosenEngine,
  chooseEngine,
  engineName,
  loadEvents,
  onlyTile,
  openEngine,
  paddedRule,
} from './choose-engine.ts';
import { engineError } from './engine-error.ts';
import { findNetwork } from './find-network.ts';
import type { JobHost, Settled } from './job-host.ts';
import { JobLog } from './job-log.ts';
import {
  alignmentOf,
  contextOfOneTile,
  type JobOptions,
  neededContext,
  resolveOptions,
} from './job-options.ts';
import { contextShort } from './notices.ts';
import { PngFile } from './png-file.ts';
import type { JobReport, ServiceOutcome, ServiceRequest } from './protocol.ts';
import { type Picture, readPicture } from './read-picture.ts';
import { ResultCanvas } from './result-canvas.ts';
import { TileWork, WorkerSpent } from './tile-work.ts';

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

/** All that the tiles need besides an engine. */
type Ready = Settled & {
  readonly picture: Picture;
  readonly canvas: ResultCanvas;
  /** The file, written while the tiles run; null for formats that are encoded from the canvas. */
  readonly png: PngFile | null;
};

async function upscale(request: ServiceRequest, host: JobHost, log: JobLog): Promise<ServiceOutcome> {
  const found = await findNetwork(request.options.model, request.catalogUrl, loadEvents(log));
  const options = resolveOptions(request.options, found.model);
  const settled: Settled = { request, host, log, options, ...found };
  if (request.resume?.notice) log.warn(request.resume.notice);

  log.stage('reading');
  const picture = await readPicture(request.file, options);
  for (const warning of picture.warnings) log.warn(warning);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const chosen = await chooseEngine(settled, picture.source);
  if (await host.shouldStop()) return { kind: 'cancelled' };

  const { width, height } = picture.source;
  const size = { width: width * options.scale, height: height * options.scale };
  const canvas = new ResultCanvas(size.width, size.height, request.previewSidePx);
  const png =
    options.format === 'png'
      ? new PngFile(size, picture.alpha !== null, picture.bitDepth, host.encoders())
      : null;
  try {
    const ready: Ready = { ...settled, options: tilingFor(settled, picture, chosen), picture, canvas, png };
    const { run, lastEngine } = await runAllTiles(ready, chosen);
    return run.kind === 'stopped' ? { kind: 'cancelled' } : await finish(ready, run, lastEngine);
  } finally {
    canvas.release();
    png?.abandon();
  }
}

/** Where one tile is the whole picture, no context is needed for neighbours; unless the person chose one. */
function tilingFor(
  { request, model, options }: Settled,
  { source }: Picture,
  { tile }: ChosenEngine,
): JobOptions {
  const isOpen = request.options.context === undefined && request.options.feather === undefined;
  const isOne = Math.max(source.width, source.height) <= (request.resume?.recovery.tile ?? tile);
  return isOpen && isOne ? contextOfOneTile(model, options) : options;
}

async function runAllTiles(
  ready: Ready,
  { engine, tile }: ChosenEngine,
): Promise<{ run: TileRun; lastEngine: Engine }> {
  const { request, host, log, model, picture } = ready;
  const { scale, context, feather } = ready.options;
  // A single tile meets no other.
  const { width, height } = picture.source;
  const needed = neededContext(model, scale);
  if (context < needed && Math.max(width, height) > tile) log.warn(contextShort(context, needed));
  const toProcessor = async () => {
    const processor = await openEngine(ready, 'wasm');
    log.stage('tiles');
    return processor;
  };
  const work = new TileWork({ ...ready, engine, scale, toProcessor });
  try {
    const fromRow = await work.putKept(request.resume?.bands ?? []);
    if (engine.backend === 'wasm') log.stage('tiles');
    const run = await runTiles({
      source: picture.source,
      scale,
      tiling: {
        ...{ context, feather },
        sizeRule: paddedRule(model, engine.backend),
        alignTo: alignmentOf(model),
      },
      fromRow,
      recovery: request.resume?.recovery ?? startingState(tile, onlyTile(model, context) ?? undefined),
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
  const { request, log, model, options, picture, canvas, png } = ready;
  log.stage('encoding');
  if (picture.alpha && options.format === 'jpeg') log.warn(canvas.flatten());
  const file = await (png ? png.finish() : canvas.encode(options.format, options.quality));
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
    output: {
      format: options.format,
      width: width * scale,
      height: height * scale,
      bitDepth: picture.bitDepth,
      bytes: file.size,
    },
    model: { id: model.id, name: model.name, scale: model.scale, sha256: model.sha256 },
    scale,
    backend: engine.backend,
    adapter: engineName(engine),
    precision: engine.precision,
    precisionReason: engine.precisionReason,
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
