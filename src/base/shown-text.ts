/** Signs that nobody sees: of control, of the direction of text, and breaks of lines. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff]/gu;

/**
 * The text without signs that nobody sees, for the screen, for screen readers and for errors: names of files and models come from
 * others, and such signs turn the order of letters round, so that `exe.png` ends in `gnp.exe`, or hide a part of it.
 */
export function shownText(text: string): string {
  return text.replace(UNSEEN, '');
}

/** Whether a text ends as a sentence does, in quotes or brackets too. */
const ENDED = /[.!?…][”"’')\]]*$/u;

/** The text with a full stop where it has no end: what browsers and the runtime say often has none. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return isSentence(trimmed) ? trimmed : `${trimmed}.`;
}

export function isSentence(text: string): boolean {
  return ENDED.test(text);
}
