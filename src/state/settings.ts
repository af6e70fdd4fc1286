import { CONTEXT_RANGE, FEATHER_RANGE, TILE_RANGE } from '../base/option-ranges.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import type { Backend, OutputFormat, UpscaleOptions } from '../worker/protocol.ts';
import { modelFault } from './model-fault.ts';
import { leastScale, recipeModel } from './recipe-model.ts';

/** Light, dark, or what the system says. */
export type Theme = 'system' | 'light' | 'dark';

/** What a person chose; null means that Tessera chooses. */
export type Settings = {
  readonly model: string | null;
  /** Null: the model's own scale. */
  readonly scale: number | null;
  readonly format: OutputFormat;
  readonly quality: number;
  readonly tile: number | null;
  readonly context: number | null;
  readonly feather: number | null;
  readonly backend: Backend | null;
  readonly theme: Theme;
  /** Whether shortcuts without a modifier key work. */
  readonly singleKeys: boolean;
};

/** What a value is judged by. */
export type SettingFacts = { readonly catalog: Catalog; readonly model: ModelDescriptor | null };

/** How long one setting lives and how its text is read. */
export type SettingRow<T> = {
  readonly fallback: T;
  /** `device` outlives a reload in localStorage; `memory` does not. */
  readonly lives: 'memory' | 'device';
  /** Whether it is part of the address, under its own key. */
  readonly inAddress: boolean;
  /** The value, or undefined where the text is none; never called with the text of null. */
  readonly parse: (text: string, facts: SettingFacts) => T | undefined;
  /** Why the text is none: ends the sentence "The address asked for x=y, which was ignored: …". */
  readonly fault: (text: string, facts: SettingFacts) => string;
};

/** One row for every setting: the type refuses a setting without one. `model` is first, others are judged by it. */
export const SETTINGS: { readonly [Key in keyof Settings]: SettingRow<Settings[Key]> } = {
  model: {
    fallback: null,
    lives: 'device',
    inAddress: true,
    parse: (text, { catalog }) => (recipeModel(text, catalog) ? text : undefined),
    fault: (text, { catalog }) => modelFault(text, catalog.models) ?? '',
  },
  scale: {
    fallback: null,
    lives: 'device',
    inAddress: true,
    parse: (text, { model }) => wholeNumber(text, leastScale(model), model?.scale ?? 4),
    fault: (_, { model }) =>
      model && model.scale <= 2
        ? `this model makes ${model.scale}× only`
        : `this model goes from 2 to ${model?.scale ?? 4}`,
  },
  format: {
    fallback: 'png',
    lives: 'device',
    inAddress: true,
    parse: (text) => oneOf(text, ['png', 'jpeg', 'webp']),
    fault: () => 'the formats are png, jpeg and webp',
  },
  quality: numberRow(92, 1, 100),
  tile: { ...numberRow<number | null>(null, TILE_RANGE.min, TILE_RANGE.max), inAddress: true },
  context: numberRow<number | null>(null, CONTEXT_RANGE.min, CONTEXT_RANGE.max),
  feather: {
    ...numberRow<number | null>(null, FEATHER_RANGE.min, FEATHER_RANGE.max),
    parse: (text) => {
      const value = wholeNumber(text, FEATHER_RANGE.min, FEATHER_RANGE.max);
      return value !== undefined && value % 2 === 0 ? value : undefined;
    },
  },
  backend: {
    fallback: null,
    lives: 'device',
    inAddress: true,
    parse: (text) => oneOf<Backend>(text, ['webgpu', 'wasm']),
    fault: () => 'the choices are webgpu and wasm',
  },
  theme: {
    fallback: 'system',
    lives: 'device',
    inAddress: false,
    parse: (text) => oneOf(text, ['system', 'light', 'dark']),
    fault: () => 'the themes are system, light and dark',
  },
  singleKeys: {
    fallback: true,
    lives: 'device',
    inAddress: false,
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    fault: () => 'it is true or false',
  },
};

/** Every setting's name, in the order in which they are read. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly (keyof Settings)[];

/** What holds where nothing was ever chosen. */
export const DEFAULT_SETTINGS: Settings = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].fallback]),
) as Settings;

/** The model that the settings mean; null only where the catalog is empty. */
export function chosenModel(settings: Settings, catalog: Catalog): ModelDescriptor | null {
  const chosen = settings.model === null ? null : recipeModel(settings.model, catalog);
  return chosen ?? catalog.models[0] ?? null;
}

/** Output pixels per source pixel that the settings mean. */
export function chosenScale(settings: Settings, catalog: Catalog): number {
  return settings.scale ?? chosenModel(settings, catalog)?.scale ?? 2;
}

/**
 * The settings with what cannot hold together put right (a scale above the model's, a feather above twice the
 * context), and with defaults that were named written as "not chosen", so that they stay out of the address.
 */
export function consistent(settings: Settings, catalog: Catalog): Settings {
  const model = chosenModel(settings, catalog);
  const scaleFits = settings.scale !== null && model !== null && settings.scale < model.scale;
  const { context, feather } = settings;
  return {
    ...settings,
    model: model === null || model.id === catalog.models[0]?.id ? null : model.id,
    scale: scaleFits ? settings.scale : null,
    feather: context !== null && feather !== null ? Math.min(feather, 2 * context) : feather,
  };
}

/** The settings as the worker takes them: what was not chosen is left out. */
export function optionsOf(settings: Settings, catalog: Catalog): UpscaleOptions {
  const model = chosenModel(settings, catalog);
  const { tile, context, feather, backend, format, quality } = settings;
  return {
    ...(model && { model: model.id }),
    scale: chosenScale(settings, catalog),
    ...(tile !== null && { tile }),
    ...(context !== null && { context }),
    ...(feather !== null && { feather }),
    ...(backend !== null && { backend }),
    format,
    ...(format !== 'png' && { quality }),
  };
}

function numberRow<T extends number | null>(fallback: T, min: number, max: number): SettingRow<T | number> {
  return {
    fallback,
    lives: 'device',
    inAddress: false,
    parse: (text) => wholeNumber(text, min, max),
    fault: () => `it is a whole number from ${min} to ${max}`,
  };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function oneOf<T extends string>(text: string, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === text);
}
