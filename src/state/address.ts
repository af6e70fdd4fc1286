import { shownText } from '../base/shown-text.ts';
import type { Catalog } from '../models/descriptor.ts';
import { LINK_KEYS } from './link.ts';
import { textOf, withText } from './setting-text.ts';
import { chosenModel, consistent, SETTING_KEYS, SETTINGS, type Settings } from './settings.ts';

/** The page's own address, so that tests can give a string. */
export interface PageAddress {
  /** The part from the question mark on, or an empty string. */
  search(): string;
  /** The part from the number sign on, or an empty string. */
  fragment(): string;
  /** Replaces `search` without a new entry in the history; a hash of a model's file in the fragment goes. */
  replaceSearch(search: string): void;
}

/**
 * What the address asked for: it beats `stored`. Each problem is one sentence.
 * @param except keys that are somebody else's to judge
 */
export function settingsFromAddress(
  search: string,
  stored: Settings,
  catalog: Catalog,
  except: readonly (keyof Settings)[] = [],
): { readonly settings: Settings; readonly problems: readonly string[] } {
  const given = new URLSearchParams(search);
  const problems: string[] = [];
  let settings = stored;
  for (const key of addressKeys()) {
    const text = given.get(key);
    if (text === null || except.includes(key)) continue;
    const facts = { catalog, model: chosenModel(settings, catalog) };
    const changed = withText(settings, key, text, facts);
    if (changed) settings = changed;
    else problems.push(ignored(key, text, SETTINGS[key].fault(text, facts)));
  }
  return { settings: consistent(settings, catalog), problems };
}

/**
 * `search` in step with the settings: defaults are left out, keys that are not ours stay as they are written.
 * @param instead parts, not escaped, that take the place of those of the same keys; an empty text leaves its key out
 */
export function searchFor(
  search: string,
  settings: Settings,
  instead: readonly (readonly [key: string, text: string])[] = [],
): string {
  const ours = new Set<string>([...addressKeys(), ...LINK_KEYS]);
  const parts = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '' && !ours.has(keyOf(part)));
  const add = (key: string, text: string) => parts.push(`${key}=${encodeURIComponent(text)}`);
  for (const [key, text] of instead) if (text !== '') add(key, text);
  for (const key of addressKeys()) {
    const text = instead.some(([other]) => other === key) ? null : textOf(settings, key);
    if (text !== null) add(key, text);
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

function addressKeys(): (keyof Settings)[] {
  return SETTING_KEYS.filter((key) => SETTINGS[key].inAddress);
}

function keyOf(part: string): string {
  return [...new URLSearchParams(part).keys()][0] ?? '';
}

/** The sentence for a value that cannot be obeyed. @param fault as `SettingRow.fault` */
export function ignored(key: string, text: string, fault: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return shownText(`The address asked for ${key}=${shown}, which was ignored: ${fault}.`);
}
