import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PATIENCE_MS = 60_000;
const MODEL = here('../public/models/fast-2x.onnx');
const SIDES = [5, 8];
let folder = '';
let answer = new Float32Array();

/** @param {string} path */
function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-verify-'));
  ort.env.wasm.numThreads = 1;
  const input = Float32Array.from({ length: 3 * 5 * 8 }, (_, i) => (i % 7) / 6);
  const session = await ort.InferenceSession.create(readFileSync(MODEL), { executionProviders: ['wasm'] });
  const { output } = await session.run({ input: new ort.Tensor('float32', input, [1, 3, ...SIDES]) });
  answer = Float32Array.from(/** @type {Float32Array} */ (output?.data));
  await session.release();
  writeFileSync(join(folder, 'x.f32'), input);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true }));

/** @param {Float32Array} expected @param {number[]} [yDims] */
function verify(expected, yDims = [1, 3, 10, 16]) {
  writeFileSync(join(folder, 'y.f32'), expected);
  const cases = [{ x: 'x.f32', y: 'y.f32', xDims: [1, 3, ...SIDES], yDims }];
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
  return spawnSync(process.execPath, [here('verify.mjs'), MODEL, folder], { encoding: 'utf8' });
}

describe('verify.mjs', { timeout: PATIENCE_MS }, () => {
  it('accepts the same answer', () => {
    expect(verify(answer)).toMatchObject({ status: 0, stdout: expect.stringContaining('at most 0.0e+0') });
  });

  it.each([
    [
      'one value is off by more than rounding',
      (/** @type {number} */ v, /** @type {number} */ i) => (i === 7 ? v + 1e-4 : v),
    ],
    [
      'one value is no number',
      (/** @type {number} */ v, /** @type {number} */ i) => (i === 7 ? Number.NaN : v),
    ],
  ])('ends with 1 where %s', (_what, change) => {
    expect(verify(answer.map(change)).status).toBe(1);
  });

  it('ends with 1 where the answer has another size', () => {
    expect(verify(answer, [1, 3, 16, 10])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('instead of 1×3×16×10'),
    });
  });
});
