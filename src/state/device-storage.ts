import type { Catalog } from '../models/descriptor.ts';
import type { Rates } from './estimate.ts';
import { textOf, withText } from './setting-text.ts';
import {
  chosenModel,
  consistent,
  DEFAULT_SETTINGS,
  SETTING_KEYS,
  SETTINGS,
  type Settings,
} from './settings.ts';

/** The part of `Storage` that is used, so that tests can give a map. Its methods may throw. */
export type DeviceStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'tessera.';
const RATES_KEY = `${PREFIX}rates`;

/** The settings that this device remembers; what cannot be read is as if it had never been chosen. */
export function storedSettings(storage: DeviceStorage, catalog: Catalog): Settings {
  let settings = DEFAULT_SETTINGS;
  for (const key of SETTING_KEYS) {
    if (SETTINGS[key].lives !== 'device') continue;
    const text = read(storage, PREFIX + key);
    if (text === null) continue;
    settings = withText(settings, key, text, { catalog, model: chosenModel(settings, catalog) }) ?? settings;
  }
  return consistent(settings, catalog);
}

/** Remembers what was chosen and forgets what is at its default. */
export function storeSettings(storage: DeviceStorage, settings: Settings): void {
  for (const key of SETTING_KEYS) {
    if (SETTINGS[key].lives === 'device') write(storage, PREFIX + key, textOf(settings, key));
  }
}

/** The speeds measured by earlier jobs on this device. */
export function storedRates(storage: DeviceStorage): Rates {
  try {
    const found: unknown = JSON.parse(read(storage, RATES_KEY) ?? '{}');
    if (typeof found !== 'object' || found === null) return {};
    const { webgpu, wasm } = found as Record<string, unknown>;
    return { ...(isRate(webgpu) && { webgpu }), ...(isRate(wasm) && { wasm }) };
  } catch {
    return {};
  }
}

export function storeRates(storage: DeviceStorage, rates: Rates): void {
  write(storage, RATES_KEY, JSON.stringify(rates));
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

// Storage can be forbidden or full; the page then works with what it has in memory.
function read(storage: DeviceStorage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage: DeviceStorage, key: string, text: string | null): void {
  try {
    if (text === null) storage.removeItem(key);
    else storage.setItem(key, text);
  } catch {
    // As above.
  }
}
