import { TesseraError } from '../base/errors.ts';
import { type SourcePx, sourcePx } from '../base/geometry.ts';
import { reductionReach } from '../engine/reduced-scale.ts';
import type { OutputFormat } from '../formats/picture-types.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { MAX_CONTEXT, MAX_FEATHER, MAX_TILE, MIN_CONTEXT, MIN_TILE } from '../tiling/plan.ts';
import type { Backend, UpscaleOptions } from './protocol.ts';

/** `UpscaleOptions` with every default filled in and every number checked. */
export type JobOptions = {
  readonly scale: number;
  /** Null: chosen for the device. */
  readonly tile: SourcePx | null;
  readonly context: SourcePx;
  readonly feather: SourcePx;
  readonly backend: Backend | null;
  readonly format: OutputFormat;
  readonly quality: number;
};

const DEFAULT_FEATHER = 8;
/** Where a network sees further than a context can be, or nobody knows how far: most of what matters lies this near. */
const ENOUGH_CONTEXT = 32;
const DEFAULT_QUALITY = 92;
const FORMATS: readonly OutputFormat[] = ['png', 'jpeg', 'webp'];
const BACKENDS: readonly Backend[] = ['webgpu', 'wasm'];

/** @throws TesseraError `bad-option`, naming the option, its value and what is allowed. */
export function resolveOptions(options: UpscaleOptions, model: ModelDescriptor): JobOptions {
  const scale = whole('scale', options.scale ?? model.scale, Math.min(2, model.scale), model.scale);
  const contexts = contextRange(model);
  const context = whole(
    'context',
    options.context ?? defaultContext(model, scale),
    contexts.min,
    contexts.max,
  );
  const widest = widestFeather(model, context);
  const feather = whole('feather', options.feather ?? defaultFeather(model, scale, context), 0, widest);
  if (feather % 2 !== 0) throw badOption('feather', feather, 'an even number');
  return {
    scale,
    tile: options.tile === undefined ? null : sourcePx(whole('tile', options.tile, MIN_TILE, MAX_TILE)),
    context: sourcePx(context),
    feather: sourcePx(feather),
    backend: options.backend === undefined ? null : oneOf('backend', options.backend, BACKENDS),
    format: oneOf('format', options.format ?? 'png', FORMATS),
    quality: whole('quality', options.quality ?? DEFAULT_QUALITY, 1, 100),
  };
}

/** How far, in source pixels, a pixel of the result at `scale` depends on the source; null where that is not known. */
export function reachOf(model: ModelDescriptor, scale: number): number | null {
  const field = model.receptiveFieldPx;
  return field === null ? null : field + reductionReach(model.scale, scale);
}

/** The context below which tiles of that model may differ where they meet by more than they must. */
export function neededContext(model: ModelDescriptor, scale: number): number {
  const reach = reachOf(model, scale);
  return reach !== null && reach <= MAX_CONTEXT ? reach : Math.max(ENOUGH_CONTEXT, model.eatenPx);
}

/** Whether everything of a tile that its edges reach is thrown away: neither kept nor blended with a neighbour. */
export function cutsEdges(model: ModelDescriptor, { scale, context, feather }: JobOptions): boolean {
  const reach = reachOf(model, scale);
  return reach !== null && reach <= context - feather / 2;
}

/** The context of a tile that meets no other: what the network sees beyond the picture's edge is mirrored. */
export function contextOfOneTile(model: ModelDescriptor, options: JobOptions): JobOptions {
  const reach = reachOf(model, options.scale);
  const { min, max } = contextRange(model);
  if (reach === null || reach > max) return options;
  return { ...options, context: sourcePx(Math.max(min, reach)), feather: sourcePx(0) };
}

/** The shortest fixed side of which a tile is left over: a context at each side, and what begins at aligned places only, are not. */
export function shortestFixedSide(model: Pick<ModelDescriptor, 'eatenPx' | 'sizeRule'>): number {
  return 2 * Math.max(MIN_CONTEXT, model.eatenPx) + alignmentOf(model);
}

/** What a network of one size can spare of it: at most a quarter on each side. */
function contextRange({ eatenPx, sizeRule: { fixed } }: ModelDescriptor): { min: number; max: number } {
  const most = fixed ? Math.floor(Math.min(fixed.width, fixed.height) / 4) : MAX_CONTEXT;
  const min = Math.max(MIN_CONTEXT, eatenPx);
  return { min, max: Math.max(min, Math.min(MAX_CONTEXT, most)) };
}

/**
 * Enough for the blend to lie inside what both neighbours computed from real pixels; where tiles are aligned, as much more as they
 * would read for nothing.
 */
function defaultContext(model: ModelDescriptor, scale: number): number {
  const { min, max } = contextRange(model);
  const step = alignmentOf(model);
  const enough = Math.max(min, neededContext(model, scale) + DEFAULT_FEATHER / 2);
  return Math.min(max, Math.ceil(enough / step) * step);
}

/** What a network of one size is taken to fold at most, where so many go into its sides: it does not say. */
const LIKELY_STEP = 8;

/**
 * The whole multiples of source pixels, from the picture's corner on, at which what a model is given has to begin: else pixels that it
 * folds into one, or sees through one window, would be others in each tile.
 */
export function alignmentOf({ sizeRule: { multipleOf, fixed } }: Pick<ModelDescriptor, 'sizeRule'>): number {
  if (!fixed) return multipleOf;
  const isTooLong = (step: number) =>
    [fixed.width, fixed.height].some((side) => side % step > 0 || side < 8 * step);
  let step = LIKELY_STEP;
  while (step > 1 && isTooLong(step)) step /= 2;
  return step;
}

/** As wide as the context leaves it well computed; where the context is too short for that, the blend hides it. */
function defaultFeather(model: ModelDescriptor, scale: number, context: number): number {
  const reach = reachOf(model, scale);
  const wellComputed = reach === null ? -1 : 2 * (context - reach);
  const wanted = wellComputed >= 0 ? wellComputed : 2 * context;
  return Math.min(DEFAULT_FEATHER, wanted, widestFeather(model, context));
}

/** Two blend zones have to fit side by side into what a tile finishes, and none may hold what the network has eaten. */
function widestFeather(model: ModelDescriptor, context: number): number {
  const { fixed } = model.sizeRule;
  const spared = 2 * context + alignmentOf(model) - 1;
  const kept = fixed ? Math.min(fixed.width, fixed.height) - spared : Number.POSITIVE_INFINITY;
  const widest = Math.min(MAX_FEATHER, 2 * (context - model.eatenPx), kept / 2);
  return 2 * Math.floor(widest / 2);
}

function whole(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw badOption(name, value, min === max ? `${min}` : `a whole number from ${min} to ${max}`);
}

function oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw badOption(name, value, `one of: ${allowed.join(', ')}`);
  return found;
}

function badOption(name: string, value: unknown, allowed: string): TesseraError {
  return new TesseraError(
    'bad-option',
    `The option ${name} cannot be ${typeof value === 'string' ? `“${value}”` : String(value)}.`,
    `Use ${allowed}.`,
    {
      option: name,
      value: String(value),
      allowed,
    },
  );
}
