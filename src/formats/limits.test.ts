import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { checkOutputSize, checkSourceSize, sizeText } from './limits.ts';
import type { OutputFormat } from './picture-types.ts';

function errorOf(check: () => void): TesseraError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
}

describe('checkSourceSize', () => {
  it.each([
    [1, 1],
    [16_384, 16_384],
    [65_535, 4096],
    [65_535, 1],
    [1, 65_535],
  ])('lets %i × %i pass', (width, height) => {
    expect(errorOf(() => checkSourceSize(width, height))).toBeNull();
  });

  it.each([
    [16_384, 16_385],
    [65_535, 4097],
    [65_536, 1],
    [1, 65_536],
    [60_000, 60_000],
    [20_000, 20_000],
  ])('refuses %i × %i', (width, height) => {
    expect(errorOf(() => checkSourceSize(width, height))?.code).toBe('picture-too-large');
  });

  it('names the size and the limits', () => {
    const error = errorOf(() => checkSourceSize(20_000, 20_000));
    expect(error?.message).toBe(
      'The picture is 20,000 × 20,000 pixels (400 megapixels). At most 268 megapixels and 65,535 pixels a side can be read here.',
    );
    expect(error?.details).toEqual({
      width: 20_000,
      height: 20_000,
      maxPixels: 268_435_456,
      maxSide: 65_535,
    });
  });
});

describe('checkOutputSize', () => {
  it.each<[number, number, OutputFormat]>([
    [65_535, 4096, 'png'],
    [16_384, 16_384, 'png'],
    [65_500, 1, 'jpeg'],
    [1, 65_500, 'jpeg'],
    [16_383, 16_383, 'webp'],
  ])('lets %i × %i as %s pass', (width, height, format) => {
    expect(errorOf(() => checkOutputSize({ width, height, format }))).toBeNull();
  });

  it.each<[number, number, OutputFormat, string]>([
    [65_536, 1, 'png', 'Choose a smaller scale'],
    [16_384, 16_385, 'png', 'Choose a smaller scale'],
    [65_501, 1, 'jpeg', 'Save as PNG'],
    [1, 65_501, 'jpeg', 'Save as PNG'],
    [16_384, 1, 'webp', 'Save as PNG'],
    // PNG would not help here.
    [65_536, 1, 'webp', 'Choose a smaller scale'],
  ])('refuses %i × %i as %s with a way out', (width, height, format, wayOut) => {
    const error = errorOf(() => checkOutputSize({ width, height, format }));
    expect(error?.code).toBe('output-too-large');
    expect(error?.nextStep).toContain(wayOut);
    expect(error?.details).toMatchObject({ width, height, format });
  });
});

describe('sizeText', () => {
  it.each([
    [1, 200, '1 × 200 pixels'],
    [451, 300, '451 × 300 pixels (0.1 megapixels)'],
    [1920, 1080, '1,920 × 1,080 pixels (2.1 megapixels)'],
    [12_000, 1000, '12,000 × 1,000 pixels (12 megapixels)'],
  ])('of %i × %i', (width, height, text) => {
    expect(sizeText(width, height)).toBe(text);
  });
});
