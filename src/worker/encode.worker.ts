import { BandEncoder } from '../formats/png/encode-band.ts';
import type { PackedRows } from '../formats/png/pack-rows.ts';
import type { EncodeAnswer } from './encode-pool.ts';

const encoder = new BandEncoder();

addEventListener('message', ({ data: rows }: MessageEvent<PackedRows>) => {
  try {
    const band = encoder.encode(rows);
    const memory = rows.data.buffer;
    answer({ kind: 'encoded', encoded: { band, memory } }, [band.idat.buffer, memory]);
  } catch (error) {
    // What crosses is the class and the message: enough to know memory by.
    answer({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  }
});
answer({ kind: 'ready' });

function answer(message: EncodeAnswer, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}
