import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Vite and the runtime are loaded before a word is read. */
const PATIENCE_MS = 60_000;

/** @type {Readonly<Record<string, string>>} */
const COMMANDS = { 'scripts/compare-models.mjs': 'npm run models:compare', 'bench/run.mjs': 'npm run bench' };

/** Where the others want at least one. @type {Readonly<Record<string, string[]>>} */
const TOO_MANY = {
  'scripts/compare-models.mjs': ['a.onnx'],
  'scripts/screenshots.mjs': ['a', 'b'],
  'bench/run.mjs': ['extra'],
  'bench/wasm-options.mjs': ['extra'],
  'bench/peers/run.mjs': ['extra'],
  'bench/half.mjs': ['nowhere.onnx'],
};

/** @param {string} script @param {string[]} words */
function run(script, ...words) {
  return spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
}

describe.each([
  'training/verify.mjs',
  'training/time.mjs',
  'scripts/compare-models.mjs',
  'scripts/screenshots.mjs',
  'bench/run.mjs',
  'bench/convert.mjs',
  'bench/half.mjs',
  'bench/wasm-options.mjs',
  'bench/peers/run.mjs',
])('%s', { timeout: PATIENCE_MS }, (script) => {
  it('explains itself', () => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(COMMANDS[script] ?? `node ${script}`);
  });

  it.each([
    ['an option that it has not got', ['--shuffle']],
    ['files that it does not take', TOO_MANY[script] ?? []],
  ])('refuses %s in one line', (_what, words) => {
    const { status, stdout, stderr } = run(script, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).toMatch(/\S/);
  });
});

describe('scripts/compare-models.mjs', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['a seed that is no number', ['--seed', 'x'], '--seed has to be a whole number, not x'],
    ['a folder of models that is not there', ['--models', 'nowhere'], 'nowhere'],
    ['a folder of photographs that is not there', ['--photos', 'nowhere'], 'nowhere'],
  ])('refuses %s in one line', (_what, words, named) => {
    const { status, stderr } = run('scripts/compare-models.mjs', ...words);
    expect(status).toBe(2);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).toContain(named);
  });
});

describe.each([
  ['bench/run.mjs', ['--models', 'nope'], 'no model “nope”'],
  ['bench/run.mjs', ['--backends', 'cpu'], 'no backend “cpu”'],
  ['bench/run.mjs', ['--rounds', '0'], 'rounds'],
  ['bench/convert.mjs', ['nowhere.pth'], 'no file “nowhere.pth”'],
  ['bench/wasm-options.mjs', ['--model', 'nope'], 'no model “nope”'],
  ['bench/wasm-options.mjs', ['--side', 'x'], '--side has to be a whole number'],
  ['bench/peers/run.mjs', ['--scales', '3'], '--scales takes 2 and 4'],
])('%s %j', { timeout: PATIENCE_MS }, (script, words, named) => {
  it('is refused in one line, before anything is built', () => {
    const { status, stdout, stderr } = run(script, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).toContain(named);
  });
});

describe('training/verify.mjs', { timeout: PATIENCE_MS }, () => {
  it('says in one line which file is missing', () => {
    const { status, stderr } = run('training/verify.mjs', 'none.onnx', 'nowhere');
    expect(status).toBe(1);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).toContain('none.onnx');
  });
});
