import { messageOf, TesseraError } from '../base/errors.ts';
import { sizeText } from './limits.ts';

/** Whether a browser's error means that it had no memory left: each words and names it differently. */
export function isMemoryError(error: unknown): boolean {
  if (error instanceof TesseraError) return error.code === 'out-of-memory';
  if (error instanceof RangeError) return true;
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return true;
  return /memory|alloc/i.test(messageOf(error));
}

/** `out-of-memory` while `doing` (such as "opening it") a picture of this size in pixels. */
export function outOfMemory(doing: string, width: number, height: number, cause: unknown): TesseraError {
  return new TesseraError(
    'out-of-memory',
    `Memory ran out while ${doing}: ${sizeText(width, height)}.`,
    'Close other tabs and programs and try again, or use a smaller picture or scale.',
    { width, height },
    { cause },
  );
}
