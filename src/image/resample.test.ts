import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernel, LANCZOS3, MITCHELL, PlaneResampler } from './resample.ts';

const RUNS = { seed: 20261120, numRuns: 60 };
/** Linear interpolation: its results can be worked out by hand. */
const TRIANGLE: Kernel = { radius: 1, weight: (d) => 1 - Math.abs(d) };
const KERNELS = { LANCZOS3, MITCHELL, TRIANGLE };

type Size = { readonly width: number; readonly height: number };

function resampled(plane: ArrayLike<number>, src: Size, dst: Size, kernel: Kernel): number[] {
  const out = new Float32Array(dst.width * dst.height);
  new PlaneResampler(src, dst, kernel).rows(plane, 0, dst.height, out);
  return [...out];
}

const line = (values: readonly number[], width: number, kernel: Kernel) =>
  resampled(values, { width: values.length, height: 1 }, { width, height: 1 }, kernel);

const column = (values: readonly number[], height: number, kernel: Kernel) =>
  resampled(values, { width: 1, height: values.length }, { width: 1, height }, kernel);

function expectClose(got: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN)), `value ${i}: ${value}`).toBeLessThan(tolerance);
  });
}

const side = fc.integer({ min: 1, max: 24 });
const anyCase = fc
  .record({
    width: side,
    height: side,
    dstWidth: side,
    dstHeight: side,
    name: fc.constantFrom('LANCZOS3', 'MITCHELL'),
  })
  .chain(({ width, height, dstWidth, dstHeight, name }) =>
    fc.record({
      src: fc.constant({ width, height }),
      dst: fc.constant({ width: dstWidth, height: dstHeight }),
      kernel: fc.constant(name === 'MITCHELL' ? MITCHELL : LANCZOS3),
      plane: fc.array(fc.integer({ min: 0, max: 255 }), {
        minLength: width * height,
        maxLength: width * height,
      }),
    }),
  );

describe('the kernels', () => {
  it.each([
    [0, 1],
    [0.5, 0.607927],
    [1, 0],
    [1.5, -0.135095],
    [2, 0],
    [2.5, 0.024317],
    [3, 0],
  ])('Lanczos with three lobes is right at %f', (distance, weight) => {
    expect(LANCZOS3.weight(distance)).toBeCloseTo(weight, 6);
    expect(LANCZOS3.weight(-distance)).toBeCloseTo(weight, 6);
  });

  it.each([
    [0, 8 / 9],
    [0.5, 77 / 144],
    [1, 1 / 18],
    [1.5, -5 / 144],
    [2, 0],
  ])('Mitchell’s cubic is right at %f', (distance, weight) => {
    expect(MITCHELL.weight(distance)).toBeCloseTo(weight, 10);
    expect(MITCHELL.weight(-distance)).toBeCloseTo(weight, 10);
  });
});

describe('PlaneResampler', () => {
  it('enlarges with pixel centres at one half, the edge repeated', () => {
    expectClose(line([0, 8], 4, TRIANGLE), [0, 2, 6, 8]);
    expectClose(column([0, 8], 4, TRIANGLE), [0, 2, 6, 8]);
    expectClose(line([0, 9, 0], 9, TRIANGLE), [0, 0, 3, 6, 9, 6, 3, 0, 0]);
  });

  it('enlarges a step with Mitchell’s overshoot, small as it is', () => {
    // Distances 1.25, 0.25, 0.75, 1.75 weigh -0.023438, 0.782118, 0.256076, -0.014757.
    const step = line([0, 0, 0, 0, 1, 1, 1, 1], 16, MITCHELL);
    const rise = [0, -0.014757, -0.023438, 0.241319, 0.758681, 1.023438, 1.014757, 1];
    expectClose(step.slice(4, 12), rise);
  });

  it('reduces 4 to 2 with the kernel widened, so that nothing is skipped', () => {
    expectClose(line([0, 0, 8, 8], 2, TRIANGLE), [1, 7]);
    expectClose(column([0, 0, 8, 8], 2, TRIANGLE), [1, 7]);
    expectClose(line([8, 0, 0, 0], 2, TRIANGLE), [4, 0]);
  });

  it('reduces 4 to 3', () => {
    // Weights 1/11, 7/11, 3/11 around the first, 1/2 and 1/2 around the second.
    expectClose(line([0, 11, 11, 0], 3, TRIANGLE), [3, 11, 3]);
    expectClose(line([11, 0, 0, 22], 3, TRIANGLE), [8, 0, 16]);
  });

  it('reduces a checkerboard to grey', () => {
    const board = Array.from({ length: 32 * 32 }, (_, i) => ((i + Math.floor(i / 32)) % 2 === 0 ? 0 : 200));
    const inner = resampled(board, { width: 32, height: 32 }, { width: 16, height: 16 }, LANCZOS3).filter(
      (_, i) => i % 16 > 3 && i % 16 < 12 && i > 64 && i < 192,
    );
    for (const value of inner) expect(Math.abs(value - 100)).toBeLessThan(1);
  });

  it('works on both axes apart', () => {
    const square = [0, 8, 16, 24];
    expectClose(
      resampled(square, { width: 2, height: 2 }, { width: 4, height: 1 }, TRIANGLE),
      [8, 10, 14, 16],
    );
    expectClose(
      resampled(square, { width: 2, height: 2 }, { width: 1, height: 4 }, TRIANGLE),
      [4, 8, 16, 20],
    );
  });

  it('changes nothing at the same size with Lanczos', () => {
    fc.assert(
      fc.property(anyCase, ({ plane, src }) => {
        expectClose(resampled(plane, src, src, LANCZOS3), plane, 1e-3);
      }),
      RUNS,
    );
  });

  it.each(Object.entries(KERNELS))('keeps a constant plane constant with %s', (_name, kernel) => {
    fc.assert(
      fc.property(side, side, side, side, fc.integer({ min: 0, max: 255 }), (w, h, dw, dh, level) => {
        const plane = new Array<number>(w * h).fill(level);
        const out = resampled(plane, { width: w, height: h }, { width: dw, height: dh }, kernel);
        expectClose(out, new Array<number>(dw * dh).fill(level), 1e-3);
      }),
      RUNS,
    );
  });

  it('gives the mirrored result for a mirrored plane', () => {
    fc.assert(
      fc.property(anyCase, ({ plane, src, dst, kernel }) => {
        // A half turn mirrors both axes at once.
        const turned = resampled([...plane].reverse(), src, dst, kernel).reverse();
        expectClose(turned, resampled(plane, src, dst, kernel), 2e-3);
      }),
      RUNS,
    );
  });

  it('gives exactly the same rows in bands as in one call', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), ({ plane, src, dst, kernel }, cut) => {
        const resampler = new PlaneResampler(src, dst, kernel);
        const at = cut % dst.height;
        const [upper, lower] = [
          new Float32Array(at * dst.width),
          new Float32Array((dst.height - at) * dst.width),
        ];
        resampler.rows(plane, 0, at, upper);
        resampler.rows(plane, at, dst.height, lower);
        expect([...upper, ...lower]).toEqual(resampled(plane, src, dst, kernel));
      }),
      RUNS,
    );
  });

  it('refuses a plane or a target of another size', () => {
    const resampler = new PlaneResampler({ width: 2, height: 2 }, { width: 4, height: 4 }, MITCHELL);
    expect(() => resampler.rows([1, 2, 3], 0, 4, new Float32Array(16))).toThrow('source size');
    expect(() => resampler.rows([1, 2, 3, 4], 0, 4, new Float32Array(15))).toThrow('holds the rows');
  });
});
