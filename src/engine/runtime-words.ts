import { messageOf } from '../base/errors.ts';

const MOST_CHARACTERS = 240;

/**
 * What onnxruntime said, for the end of a sentence: its first sentences, without its numbers of errors and without the place in
 * its own source (`/…/onnxruntime/core/….cc:83 virtual OrtValue *onnxruntime::…(int, …)`), which tells a person nothing.
 */
export function runtimeWords(error: unknown): string {
  const plain = messageOf(error)
    .replace(/^(?:Error: )?(?:Can't create a session|failed to call OrtRun\(\))\.\s*/, '')
    .replace(/ERROR_CODE: \d+,\s*ERROR_MESSAGE:\s*/g, '')
    .replace(/\[(?:ONNXRuntimeError|\w+Error)\]\s*(?::\s*\d+\s*:\s*[A-Z_]+\s*:\s*)?/g, '');
  return sentencesOf(withoutPlaces(plain).replace(/\s+/g, ' ').trim()).replace(/\.$/, '');
}

/** A path with its line, and the signature behind it, whose brackets may hold others. */
function withoutPlaces(text: string): string {
  const place = /(?:[A-Za-z]:)?[/\\][^\s:]*[/\\][^\s:]+:\d+ /.exec(text);
  if (!place) return text;
  const before = text.slice(0, place.index);
  const after = text.slice(place.index + place[0].length);
  const signature = /^[^()]*::[^()]*\(/.exec(after)?.[0];
  if (signature === undefined) return before + withoutPlaces(after);
  let open = 1;
  let end = signature.length;
  while (end < after.length && open > 0) {
    if (after[end] === '(') open++;
    if (after[end] === ')') open--;
    end++;
  }
  return before + withoutPlaces(after.slice(end).replace(/^\s*const\b/, ''));
}

/** As many whole sentences as are short enough; of one that is not, its beginning. */
function sentencesOf(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const end = text.lastIndexOf('. ', MOST_CHARACTERS - 1);
  return end > 0 ? text.slice(0, end + 1) : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
