import type { BitDepth } from '../base/samples.ts';
import { FORMAT_NAMES, type FormatWarning, type PictureHeader } from './picture-types.ts';

/** What a result of that depth will leave behind of this picture, one sentence each; empty for a plain one. */
export function warningsFor(header: PictureHeader, resultDepth: BitDepth): readonly FormatWarning[] {
  const name = FORMAT_NAMES[header.format];
  const warnings: FormatWarning[] = [];
  if (header.bitDepth > resultDepth) {
    const message = `This picture has ${header.bitDepth} bits per channel; the result has ${resultDepth}.`;
    warnings.push({ code: 'depth-reduced', message });
  }
  if (header.hasProfile) {
    const message =
      'The colours were converted from the picture’s own colour profile to sRGB, which every screen shows.';
    warnings.push({ code: 'profile-converted', message });
  }
  if (header.frames === 'many') {
    const message = `This ${name} picture is animated; only its first frame is used.`;
    warnings.push({ code: 'first-frame-only', message });
  }
  if (header.hasMetadata) {
    const message = 'Date, place and other notes inside the file are not carried over to the result.';
    warnings.push({ code: 'metadata-dropped', message });
  }
  return warnings;
}
