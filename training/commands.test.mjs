import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PATIENCE_MS = 60_000;
const PICTURE = 'public/icons/icon-192.png';
const TEACHER = 'public';
const SHARED = '../shared';

/** The first Python that can import all of these; null where there is none. @param {string[]} modules */
function pythonWith(...modules) {
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${modules.join(',')}`]).status === 0,
  );
  return found ?? null;
}

const plain = pythonWith('sys');
const withPillow = pythonWith('PIL');
const withTorch = pythonWith('PIL', 'numpy', 'onnx', 'torch');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-training-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param {string | null} python @param {string[]} words */
function run(python, ...words) {
  const { status, stdout, stderr } = spawnSync(String(python), words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** @param {string | null} python @param {string[]} words */
function refusalOf(python, ...words) {
  const { status, stderr } = run(python, ...words);
  expect(stderr).not.toContain('Traceback');
  expect(status).toBe(1);
  return stderr;
}

describe.skipIf(!plain)(
  'training/whole_file.py (SKIPPED where there is no Python)',
  { timeout: PATIENCE_MS },
  () => {
    /** @param {string} body what is done with `aside` */
    function write(body) {
      const script = [
        'import os, sys; from pathlib import Path',
        'from training.whole_file import written_whole',
        'with written_whole(Path(sys.argv[1])) as aside:',
        `    ${body}`,
      ].join('\n');
      return run(plain, '-c', script, join(folder, 'hr.npy')).status;
    }

    it('puts the file in its place when it is whole', () => {
      expect(write('aside.write_text("new")')).toBe(0);
      expect(readdirSync(folder)).toEqual(['hr.npy']);
      expect(readFileSync(join(folder, 'hr.npy'), 'utf8')).toBe('new');
    });

    it.each([
      ['fails', 'aside.write_text("half"); raise ValueError', ['hr.npy']],
      ['is killed', 'aside.write_text("half"); os.kill(os.getpid(), 9)', ['hr.npy', 'part-hr.npy']],
    ])('leaves what was there where writing %s', (_what, body, left) => {
      writeFileSync(join(folder, 'hr.npy'), 'old');
      expect(write(body)).not.toBe(0);
      expect(readdirSync(folder)).toEqual(left);
      expect(readFileSync(join(folder, 'hr.npy'), 'utf8')).toBe('old');
    });

    it('makes nothing where there was nothing', () => {
      write('aside.write_text("half"); os.kill(os.getpid(), 9)');
      expect(existsSync(join(folder, 'hr.npy'))).toBe(false);
    });
  },
);

describe.skipIf(!plain)(
  'training/console.py (SKIPPED where there is no Python)',
  { timeout: PATIENCE_MS },
  () => {
    it('names what a Python lacks, and where it is listed', () => {
      const words = refusalOf(
        plain,
        '-c',
        'from training.console import needs; needs("sys", "no_such_module")',
      );
      expect(words).toContain('no_such_module');
      expect(words).not.toContain('sys and');
      expect(words).toContain('training/requirements.txt');
    });
  },
);

describe.skipIf(!withPillow)(
  'training.photos (SKIPPED where Python has no Pillow)',
  { timeout: PATIENCE_MS },
  () => {
    const photos = ['-m', 'training.photos', '--photos'];

    it('refuses folders that are not there', () => {
      expect(refusalOf(withPillow, ...photos, join(folder, 'none'))).toContain('does not exist');
      expect(refusalOf(withPillow, ...photos, PICTURE)).toContain('is no folder');
      expect(refusalOf(withPillow, ...photos, folder, '--collect', join(folder, 'none'))).toContain(
        '--collect',
      );
    });

    it('says so where none of the listed photographs is found, and what to do', () => {
      copyFileSync(PICTURE, join(folder, 'x.png'));
      const words = refusalOf(withPillow, ...photos, join(folder, 'new'), '--collect', folder);
      expect(words).toContain('No photograph of PHOTOS.tsv');
      expect(words).toContain('Clone the repositories');
    });

    it('names each photograph that is missing, strange or another file', () => {
      mkdirSync(join(folder, 'kodak'));
      copyFileSync(PICTURE, join(folder, 'kodak/kodim03.png'));
      copyFileSync(PICTURE, join(folder, 'own.png'));
      const lines = refusalOf(withPillow, ...photos, folder)
        .trimEnd()
        .split('\n');
      expect(lines.filter((line) => line.includes(' is missing'))).toHaveLength(58);
      expect(lines).toContain('own.png is not in PHOTOS.tsv');
      expect(lines).toContain('kodak/kodim03.png is another file than the one listed, or damaged');
      expect(lines.at(-1)).toContain('--collect');
    });

    it.each([
      ['cut short', (/** @type {Buffer} */ bytes) => bytes.subarray(0, bytes.length / 2)],
      ['no picture at all', () => Buffer.from('hello')],
      ['empty', () => Buffer.alloc(0)],
    ])('says in a sentence that a picture is %s', (_what, damaged) => {
      const path = join(folder, 'x.png');
      writeFileSync(path, damaged(readFileSync(PICTURE)));
      const script = [
        'import sys; from pathlib import Path; from training import console, photos',
        'console.run(lambda: photos.load(Path(sys.argv[1])) and 0)',
      ].join('\n');
      expect(run(withPillow, '-c', script, PICTURE).status).toBe(0);
      expect(refusalOf(withPillow, '-c', script, path)).toContain(`${path} cannot be decoded`);
    });

    it('wants the held-out photographs that are listed', () => {
      const script = [
        'import sys; from pathlib import Path; from training import console, photos',
        'console.run(lambda: photos.held_out_in(Path(sys.argv[1])) and 0)',
      ].join('\n');
      const ask = () => refusalOf(withPillow, '-c', script, folder);
      expect(refusalOf(withPillow, '-c', script, join(folder, 'none'))).toContain('does not exist');
      expect(ask()).toContain('has no chelsea.png');
      copyFileSync(PICTURE, join(folder, 'chelsea.png'));
      expect(ask()).toContain('chelsea.png is another file than training/HELD_OUT.tsv lists');
    });

    it.skipIf(!existsSync(`${SHARED}/training/photos`))(
      'collects what is listed (SKIPPED without ../shared)',
      () => {
        const { status, stdout } = run(
          withPillow,
          ...photos,
          folder,
          '--collect',
          `${SHARED}/training/photos`,
        );
        expect({ status, stdout }).toMatchObject({
          status: 0,
          stdout: expect.stringContaining('all as listed'),
        });
      },
    );
  },
);

describe.skipIf(!withTorch)(
  'commands (SKIPPED where Python has no PyTorch)',
  { timeout: PATIENCE_MS },
  () => {
    it.each([
      ['smoke', ['--photos', 'nowhere'], 'nowhere does not exist'],
      ['smoke', ['--photos', 'docs'], 'docs does not hold the photographs'],
      ['smoke', ['--teacher', TEACHER], 'RealESRGAN_General_x4_v3.param cannot be read'],
      ['evaluate', ['--teacher', TEACHER, '--bench', 'docs', '--photos', 'docs'], 'pairs.json'],
      [
        'evaluate.crops',
        ['--teacher', TEACHER, '--photos', 'docs'],
        'RealESRGAN_General_x4_v3.param cannot be read',
      ],
      [
        'make',
        ['photo-2x', '--photos', 'docs', '--held-out', 'docs', '--teacher', TEACHER, '--work', 'nowhere'],
        'does not hold the photographs',
      ],
    ])('training.%s refuses %j in a sentence', (command, words, named) => {
      expect(refusalOf(withTorch, '-m', `training.${command}`, ...words)).toContain(named);
    });

    it.each(['photos', 'smoke', 'make', 'evaluate', 'evaluate.crops', 'evaluate.cards'])(
      'training.%s explains itself',
      (command) => {
        const { status, stdout } = run(withTorch, '-m', `training.${command}`, '--help');
        expect(status).toBe(0);
        expect(stdout).toContain(`python3 -m training.${command}`);
      },
    );

    it('training.evaluate.cards finds every figure as it was written', () => {
      expect(run(withTorch, '-m', 'training.evaluate.cards', '--check')).toMatchObject({
        status: 0,
        stderr: '',
      });
    });
  },
);
