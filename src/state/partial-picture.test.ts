import { expect, test, vi } from 'vitest';
import { PartialPicture } from './partial-picture.ts';

function fakeCanvas(width: number, height: number) {
  const drawImage = vi.fn();
  return {
    canvas: { width, height, getContext: () => ({ drawImage }) } as unknown as OffscreenCanvas,
    drawImage,
  };
}

const band = (y: number, height: number) => ({
  y,
  height,
  outputWidth: 300,
  outputHeight: 301,
  preview: { width: 100, height: Math.ceil(height / 3), close: vi.fn() } as unknown as ImageBitmap,
});

test('bands of odd heights leave no gap between them, and every bitmap is closed', () => {
  let made: ReturnType<typeof fakeCanvas> | null = null;
  const partial = new PartialPicture((width, height) => {
    made = fakeCanvas(width, height);
    return made.canvas;
  });
  const bands = [band(0, 100), band(100, 101), band(201, 100)];
  for (const each of bands) partial.paint(each);
  expect(partial.image).toMatchObject({ width: 100, height: 100 });
  const drawn = made as unknown as ReturnType<typeof fakeCanvas>;
  const edges = drawn.drawImage.mock.calls.map(([, , top, , height]) => [top, top + height]);
  expect(edges).toEqual([
    [0, 33],
    [33, 67],
    [67, 100],
  ]);
  for (const each of bands) expect(each.preview.close).toHaveBeenCalledTimes(1);
});
