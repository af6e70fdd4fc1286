/** Signs that nobody sees: of control, of the direction of text, and breaks of lines. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff]/gu;

/**
 * The text without signs that nobody sees, for the screen, for screen readers and for errors: names of files and models come from
 * others, and such signs turn the order of letters round, so that `exe.png` ends in `gnp.exe`, or hide a part of it.
 */
export function shownText(text: string): string {
  return text.replace(UNSEEN, '');
}
