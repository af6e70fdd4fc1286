import { describe, expect, it } from 'vitest';
import { readWhole } from './read-whole.ts';

const NEVER = new AbortController().signal;
const PIECE = 4 * 2 ** 20;

function numbered(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
}

describe('readWhole', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])(
    'reads all %i bytes, in order',
    async (length) => {
      const bytes = numbered(length);
      const [read, ...others] = await readWhole(
        [{ name: 'a', blob: new Blob([bytes]) }],
        NEVER,
        () => undefined,
      );
      expect(others).toEqual([]);
      expect(read?.name).toBe('a');
      expect(Buffer.compare(read?.bytes as Uint8Array, bytes)).toBe(0);
    },
  );

  it('tells the bytes of all files together, rising to their sum', async () => {
    const told: [number, number][] = [];
    const files = [PIECE + 7, 3].map((length, i) => ({ name: `${i}`, blob: new Blob([numbered(length)]) }));
    await readWhole(files, NEVER, (loaded, total) => told.push([loaded, total]));
    const total = PIECE + 10;
    expect(told).toEqual([PIECE, PIECE + 7, total].map((loaded) => [loaded, total]));
  });

  it('ends between two pieces when it is cancelled', async () => {
    const cancel = new AbortController();
    let last = 0;
    const reading = readWhole(
      [{ name: 'a', blob: new Blob([numbered(3 * PIECE)]) }],
      cancel.signal,
      (loaded) => {
        last = loaded;
        cancel.abort();
      },
    );
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(last).toBe(PIECE);
  });

  it('names a file that cannot be read, with its size', async () => {
    const blob = new Blob([numbered(9)]);
    blob.slice = () => {
      throw new DOMException('it is gone', 'NotReadableError');
    };
    await expect(readWhole([{ name: 'gone.pth', blob }], NEVER, () => undefined)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('“gone.pth” of 9 bytes'),
    });
  });
});
