import { SETTINGS, type SettingFacts, type Settings } from './settings.ts';

/** `settings` with `key` read from `text`; undefined where the text is no value of that setting. */
export function withText(
  settings: Settings,
  key: keyof Settings,
  text: string,
  facts: SettingFacts,
): Settings | undefined {
  const value = SETTINGS[key].parse(text, facts);
  return value === undefined ? undefined : { ...settings, [key]: value };
}

/** The text of one setting; null where it has its default and need not be written. */
export function textOf(settings: Settings, key: keyof Settings): string | null {
  const value = settings[key];
  return value === null || value === SETTINGS[key].fallback ? null : String(value);
}
