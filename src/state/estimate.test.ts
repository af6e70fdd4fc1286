import { expect, test } from 'vitest';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { JobReport } from '../worker/protocol.ts';
import { type EstimateInput, estimate, measuredRate } from './estimate.ts';

const model = { macsPerSourcePx: 100_000 } as ModelDescriptor;
const input: EstimateInput = {
  width: 1000,
  height: 1000,
  scale: 4,
  model,
  backend: 'wasm',
  threads: 2,
  format: 'png',
  quality: 92,
  rates: {},
};

test('goes by a stated default until a job has run', () => {
  const { ms, measured } = estimate(input);
  expect(measured).toBe(false);
  expect(ms).toBeCloseTo((100_000 * 1e6 * 1.3) / 10e6);
});

test('goes by what was measured for this backend, and for no other', () => {
  const rates = { wasm: 26e6 };
  expect(estimate({ ...input, rates })).toMatchObject({ ms: 5000, measured: true });
  expect(estimate({ ...input, backend: 'webgpu', rates }).measured).toBe(false);
});

test('lossy files grow with the quality and stay below PNG', () => {
  const bytes = [10, 60, 92, 100].map((quality) => estimate({ ...input, format: 'jpeg', quality }).fileBytes);
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  expect(Math.max(...bytes)).toBeLessThan(estimate(input).fileBytes);
});

test('a rate counts what the network was given, context included', () => {
  const report = { tilesRun: 10, paddedTile: { width: 100, height: 50 }, ms: { tiles: 1000 } } as JobReport;
  expect(measuredRate(report, model)).toBe(5_000_000);
});

test('a job that was over at once says nothing about speed', () => {
  const report = { tilesRun: 1, paddedTile: { width: 32, height: 32 }, ms: { tiles: 3 } } as JobReport;
  expect(measuredRate(report, model)).toBeNull();
});
