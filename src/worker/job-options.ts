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

const DEFAULT_CONTEXT = 16;
const DEFAULT_FEATHER = 8;
/** Where nobody knows how far a network sees: most of what matters to it lies this near. */
const UNKNOWN_REACH_PX = 28;
const DEFAULT_QUALITY = 92;
const FORMATS: readonly OutputFormat[] = ['png', 'jpeg', 'webp'];
const BACKENDS: readonly Backend[] = ['webgpu', 'wasm'];

/** @throws TesseraError `bad-option`, naming the option, its value and what is allowed. */
export function resolveOptions(options: UpscaleOptions, model: ModelDescriptor): JobOptions {
  const scale = whole('scale', options.scale ?? model.scale, 2, model.scale);
  const reach = reachOf(model, scale);
  const context = whole('context', options.context ?? defaultContext(reach), MIN_CONTEXT, MAX_CONTEXT);
  const feather = whole(
    'feather',
    options.feather ?? defaultFeather(context, reach),
    0,
    Math.min(MAX_FEATHER, 2 * context),
  );
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

/** How far, in source pixels, a pixel of the result at `scale` depends on the source. */
export function reachOf(model: ModelDescriptor, scale: number): number {
  return (model.receptiveFieldPx ?? UNKNOWN_REACH_PX) + reductionReach(model.scale, scale);
}

/** Enough for the blend to lie inside what both neighbours computed from real pixels. */
function defaultContext(reach: number): number {
  return Math.min(MAX_CONTEXT, Math.max(DEFAULT_CONTEXT, reach + DEFAULT_FEATHER / 2));
}

/** As wide as the context leaves it well computed; where the context is too short for that, the blend hides it. */
function defaultFeather(context: number, reach: number): number {
  const wellComputed = 2 * (context - reach);
  return Math.min(DEFAULT_FEATHER, wellComputed >= 0 ? wellComputed : 2 * context);
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
