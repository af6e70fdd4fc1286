import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closingLines, readPlaywright, readVitest, sum } from './test-report.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tessera-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param {unknown} report */
function file(report) {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return path;
}

describe('readVitest', () => {
  it('counts tests, and a file that cannot be loaded as one failure', () => {
    const assertionResults = ['passed', 'passed', 'failed', 'skipped', 'todo'].map((status) => ({
      status,
      fullName: status,
    }));
    const path = file({
      testResults: [
        { name: 'a', status: 'failed', assertionResults },
        { name: 'b', status: 'failed', assertionResults: [] },
      ],
    });
    expect(readVitest(path)).toEqual({ passed: 2, failed: 2, skipped: ['skipped', 'todo'] });
  });

  it('counts a missing report as a failure', () => {
    expect(readVitest(join(folder, 'none.json')).failed).toBe(1);
  });
});

describe('readPlaywright', () => {
  it('counts nested suites and errors outside of tests', () => {
    const specs = ['expected', 'unexpected', 'skipped'].map((status) => ({
      title: status,
      tests: [{ status, projectName: 'wasm' }],
    }));
    const path = file({ suites: [{ title: 'a', specs, suites: [{ title: 'b', specs }] }], errors: [{}] });
    expect(readPlaywright(path)).toEqual({
      passed: 2,
      failed: 3,
      skipped: ['[wasm] a › skipped', '[wasm] a › b › skipped'],
    });
  });

  it('counts a missing report as a failure', () => {
    expect(readPlaywright(join(folder, 'none.json')).failed).toBe(1);
  });
});

describe('closingLines', () => {
  it('speaks of skipped tests only where there are any', () => {
    expect(closingLines({ passed: 3, failed: 0, skipped: [] })).toBe('3 passed, 0 failed');
    const counts = sum([
      { passed: 3, failed: 0, skipped: [] },
      { passed: 1, failed: 2, skipped: ['x'] },
    ]);
    expect(closingLines(counts)).toBe('skipped: x\n4 passed, 2 failed, 1 skipped');
  });
});
