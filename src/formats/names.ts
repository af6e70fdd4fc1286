import type { OutputFormat } from './picture-types.ts';

const EXTENSIONS: Readonly<Record<OutputFormat, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp' };
/** Characters of the whole name; and its bytes, since most file systems stop at 255 of them. */
const MAX_CHARACTERS = 120;
const MAX_BYTES = 240;

/** A file extension: letters first, so that "holiday 2.0" keeps its number. */
const EXTENSION = /\.[a-z][a-z0-9]{1,4}$/i;
/** What Windows, macOS or Linux refuse in a name, and invisible characters that disguise one. */
const REFUSED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;
/** The one invisible character that is part of visible ones: it joins emoji and shapes letters. */
const JOINERS = /[\u200c\u200d]/;

/** The name of a saved result: `photo.jpg` enlarged by `photo-4x` to PNG is `photo_photo-4x.png`. */
export function resultName(sourceName: string, modelId: string, format: OutputFormat): string {
  const baseName = sourceName.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const stem = safe(baseName.replace(EXTENSION, ''));
  const ending = `_${safe(modelId) || 'model'}.${EXTENSIONS[format]}`;
  return (cut(stem, ending) || 'picture') + ending;
}

/** Without refused characters, and without the dots and spaces at the ends that hide a file or that Windows drops. */
function safe(text: string): string {
  return text
    .replace(REFUSED, (character) => (JOINERS.test(character) ? character : '_'))
    .replace(/^[\s.]+|[\s.]+$/g, '');
}

/** As much of `stem` as leaves room for `ending`; never half of a visible character. */
function cut(stem: string, ending: string): string {
  const encoder = new TextEncoder();
  let left = { characters: MAX_CHARACTERS - ending.length, bytes: MAX_BYTES - encoder.encode(ending).length };
  let kept = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(stem)) {
    left = {
      characters: left.characters - segment.length,
      bytes: left.bytes - encoder.encode(segment).length,
    };
    if (left.characters < 0 || left.bytes < 0) break;
    kept += segment;
  }
  return kept.trimEnd();
}
