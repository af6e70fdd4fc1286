import { TesseraError } from '../base/errors.ts';
import { type SourcePx, sourcePx } from '../base/geometry.ts';
import { alsoMultipleOf, type SizeRule } from '../base/size-rule.ts';
import type { Engine } from '../engine/engine.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import { adapterName } from '../engine/gpu-device.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { allowedTiles, firstTile, type TileBudget } from '../tiling/first-tile.ts';
import type { SourcePixels } from '../tiling/read-tile.ts';
import { isUnavailable } from './engine-error.ts';
import type { LoadEvents } from './find-network.ts';
import type { Settled } from './job-host.ts';
import type { JobLog } from './job-log.ts';
import { cutsEdges } from './job-options.ts';
import { notKept, onProcessor, operatorsOnProcessor, operatorsStay, wrongAnswers } from './notices.ts';
import type { Backend } from './protocol.ts';
import { tileBudget } from './tile-budget.ts';

/**
 * Sides that are no multiple of four leave the fast path of the WebGPU kernels; eight also limits how many shapes there
 * are. The processor takes any side as well, and every pixel costs.
 */
const FAST_MULTIPLE = { webgpu: 8, wasm: 1 } as const;

/** What the sides of a model's padded tiles are: what the model takes, and what is quick. */
export function paddedRule({ sizeRule }: ModelDescriptor, backend: Backend): SizeRule {
  return alsoMultipleOf(sizeRule, FAST_MULTIPLE[backend]);
}

/** An engine with the model loaded and warm, and the tile to begin with. */
export type ChosenEngine = { readonly engine: Engine; readonly tile: SourcePx };

/**
 * The engine that was asked for; where the choice was left to Tessera, the processor's for a model that the graphics
 * card cannot run whole, or computes wrong.
 *
 * @throws TesseraError as engines do; `bad-output` where the backend was named and its known tile is wrong.
 */
export async function chooseEngine(settled: Settled, source: SourcePixels): Promise<ChosenEngine> {
  const { log, options } = settled;
  const engine = await openEngine(settled, options.backend);
  const left = engine.leftToProcessor;
  if (left.length > 0) {
    if (options.backend !== null) log.warn(operatorsStay(left));
    else {
      log.warn(operatorsOnProcessor(left));
      return warmUp(settled, source, await openEngine(settled, 'wasm'));
    }
  }
  try {
    return await warmUp(settled, source, engine);
  } catch (error) {
    const isWrong = error instanceof TesseraError && error.code === 'bad-output';
    const isAbsent = isUnavailable(error) && engine.backend === 'webgpu';
    if (!(isWrong || isAbsent) || options.backend !== null) throw error;
    log.warn(isAbsent ? onProcessor(error.message) : wrongAnswers());
    return warmUp(settled, source, await openEngine(settled, 'wasm'));
  }
}

/** The engine of a backend with the job's model loaded; null lets it choose. */
export async function openEngine(settled: Settled, asked: Backend | null): Promise<Engine> {
  const { host, log, model, load, options } = settled;
  log.stage('loading-runtime');
  const engine = await host.engine(asked, log);
  tellEngine(log, engine);
  log.stage('loading-model');
  const how = { edgesAreCut: cutsEdges(model, options) };
  if (engine.isLoaded(model, how)) return engine;
  try {
    await engine.load(model, await load(loadEvents(log)), how);
    return engine;
  } catch (error) {
    if (asked !== null || engine.backend === 'wasm' || !isUnavailable(error)) throw error;
    log.warn(onProcessor(error.message));
    return openEngine(settled, 'wasm');
  }
}

/** What a model's bytes tell of on their way, for the screen. */
export function loadEvents(log: JobLog): LoadEvents {
  return {
    onProgress: (loadedBytes, totalBytes) => {
      log.send({ kind: 'download', jobId: log.jobId, what: 'model', loadedBytes, totalBytes });
    },
    onNotKept: () => log.warn(notKept()),
  };
}

/** The engine's name for people. */
export function engineName(engine: Engine): string {
  return engine.adapter ? adapterName(engine.adapter) : 'CPU';
}

async function warmUp(settled: Settled, source: SourcePixels, engine: Engine): Promise<ChosenEngine> {
  const { request, log, model, options } = settled;
  const { tile, context } = options;
  const budget = budgetFor(model, tileBudget(engine.adapter, engine.threads));
  const only = onlyTile(model, context);
  const cost = engine.cost ?? model;
  const first = only ?? firstTile(budget, cost, context);
  const isOpen = tile === null && only === null && !model.dependsOnTileSize && request.resume === null;
  if (engine.backend === 'webgpu') log.stage('warming-up');
  const found = await warmUpOrRepair(engine, {
    source,
    tiling: { context, sizeRule: paddedRule(model, engine.backend) },
    sizes: isOpen ? { first, allowed: allowedTiles(budget, cost, context) } : null,
  });
  tellEngine(log, engine);
  return { engine, tile: only ?? tile ?? found ?? first };
}

/** What a network of one size finishes of a tile; null for the others. */
export function onlyTile({ sizeRule: { fixed } }: ModelDescriptor, context: number): SourcePx | null {
  return fixed && sourcePx(Math.max(fixed.width, fixed.height) - 2 * context);
}

/** How much longer a tile may take where its size shows in the result: the larger, the nearer to the whole picture. */
const LARGE_TILE_FACTOR = 4;

function budgetFor({ dependsOnTileSize }: ModelDescriptor, budget: TileBudget): TileBudget {
  return dependsOnTileSize ? { ...budget, maxMacs: LARGE_TILE_FACTOR * budget.maxMacs } : budget;
}

/** What a warm-up met, the tiles may meet too, and they know what to do about it. */
async function warmUpOrRepair(
  engine: Engine,
  request: Parameters<Engine['warmUp']>[0],
): Promise<SourcePx | null> {
  try {
    return await engine.warmUp(request);
  } catch (error) {
    if (!(error instanceof EngineFailure) && classifyFailure(error).kind === 'other') throw error;
    await engine.repair();
    return null;
  }
}

/** For the screen: which engine works, and how precisely. */
export function tellEngine(log: JobLog, engine: Engine): void {
  const { backend, precision, threads } = engine;
  log.send({ kind: 'engine', jobId: log.jobId, backend, adapter: engineName(engine), precision, threads });
}
