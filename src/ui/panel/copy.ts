import type { JobReport } from '../../state/contracts.ts';
import type { ResultEntry } from '../../state/pictures.ts';

/** Clipboards pass pictures as uncompressed bytes to other programs: above this, that takes seconds or fails. */
const MAX_COPY_PX = 24e6;

export function isCopyable({ output }: JobReport): boolean {
  return output.width * output.height <= MAX_COPY_PX && typeof ClipboardItem !== 'undefined';
}

/** Puts the result on the clipboard as PNG, the one picture format that every clipboard takes. */
export async function copyPicture(result: ResultEntry, { output }: JobReport): Promise<void> {
  const png = output.format === 'png' ? result.file : await asPng(result.bitmap, output.width, output.height);
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

function asPng(bitmap: ImageBitmap, width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/png' });
}
