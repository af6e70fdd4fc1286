import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutate, randomOf, SLACK_BYTES } from './fuzz/mutations.mjs';
import { fuzz } from './fuzz/run.mjs';
import { sharedModels } from './fuzz-models.mjs';

/** On a machine that is busy with other things. */
const PATIENCE_MS = 120_000;

describe.concurrent('readers of model files', { timeout: PATIENCE_MS }, () => {
  it('end with a result or their own error, soon and in little memory', async () => {
    const { rows, findings } = await fuzz({ seed: 20261121, runs: 900 });
    expect(findings).toEqual([]);
    expect(rows.length).toBeGreaterThan(8);
    for (const { path, codes, runs } of rows) {
      expect(runs, path).toBeGreaterThan(50);
      // Damage that nobody notices, or that nothing survives, would show nothing.
      expect(codes['read'] ?? 0, path).toBeGreaterThan(0);
      expect(codes['model-corrupt'] ?? 0, path).toBeGreaterThan(10);
    }
  });

  const files = sharedModels();
  const missing = files.length === 0;
  it.skipIf(missing)(
    `the same with real files${missing ? ' (SKIPPED: ../shared/models is absent)' : ''}`,
    async () => {
      const { rows, findings } = await fuzz({ seed: 20261122, runs: 300, files });
      expect(findings).toEqual([]);
      expect(rows.filter(({ runs }) => runs > 0).length).toBeGreaterThan(10);
    },
  );

  it('that fail in any way are noticed', async () => {
    const targets = fileURLToPath(new URL('fuzz/faulty-readers.mjs', import.meta.url));
    const runs = 7;
    const { rows, findings } = await fuzz({ seed: 6, runs, targets });
    const byPath = Object.fromEntries(rows.map(({ path, codes }) => [path, Object.keys(codes)]));
    expect(byPath).toEqual({
      'a.good': ['read'],
      'a.refuses': ['model-corrupt'],
      'a.crashes': ['fault'],
      'a.hangs': ['fault'],
      'a.grows': ['fault'],
      'a.buffers': ['read'],
    });
    const problems = Object.fromEntries(findings.map(({ path, problem }) => [path, problem]));
    expect(problems).toEqual({
      'a.crashes': expect.stringContaining('RangeError: Invalid array length'),
      'a.hangs': expect.stringMatching(/did not end within 5000 ms/),
      'a.grows': expect.stringMatching(/bytes of heap that are allowed/),
      'a.buffers': expect.stringMatching(/^took \d+ bytes of buffers; \d+ are allowed/),
    });
    expect(rows.reduce((sum, { codes }) => sum + Object.values(codes).reduce((a, b) => a + b, 0), 0)).toBe(
      runs,
    );
  });
});

describe('mutations', () => {
  const file = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
  /** @param {number} seed @param {number} index */
  const mutated = (seed, index) => {
    const buffer = new Uint8Array(file.length + SLACK_BYTES);
    const { bytes, what } = mutate(file, buffer, randomOf(seed, index));
    return `${what}: ${Buffer.from(bytes).toString('base64')}`;
  };

  it('are the same for the same seed and index, and others for others', () => {
    const all = Array.from({ length: 300 }, (_, index) => mutated(1, index));
    expect(Array.from({ length: 300 }, (_, index) => mutated(1, index))).toEqual(all);
    // A few cut all away, or change a byte into what it was.
    expect(new Set(all).size).toBeGreaterThan(290);
    expect(mutated(2, 0)).not.toBe(all[0]);
  });

  it('leave the file itself as it was, and stay within their room', () => {
    const before = file.slice();
    for (let index = 0; index < 3000; index++) mutated(7, index);
    expect(file).toEqual(before);
  });

  it('are of every kind', () => {
    const all = Array.from({ length: 300 }, (_, index) => mutated(1, index)).join('\n');
    for (const kind of [
      'bit',
      'byte',
      'number',
      'overwrite',
      'digit',
      'digits',
      'cut',
      'repeat',
      'move',
      'remove',
    ])
      expect(all).toMatch(new RegExp(`(?:^|; )${kind} `, 'm'));
  });
});
