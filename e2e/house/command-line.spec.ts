import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { toyModel } from '../fixtures/toy-model.ts';

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-cli-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line as the README says it is run. */
function upscale(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(
      'npm',
      ['run', '--silent', 'upscale', '--', ...words],
      { env: { ...process.env, npm_config_loglevel: 'silent' } },
      (error, out, err) => {
        done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
      },
    );
  });
}

/** A picture of one colour, written to the test's folder. */
function picture(
  name: string,
  width: number,
  height: number,
  colour: readonly [number, number, number],
): string {
  const data = new Uint8Array(width * height * 3).map((_, index) => colour[index % 3] ?? 0);
  const path = join(folder, name);
  writeFileSync(path, encode({ width, height, data, channels: 3, depth: 8 }));
  return path;
}

test('one picture into one file, with a report for scripts', async () => {
  const input = picture('blue.png', 21, 13, [40, 80, 200]);
  const output = join(folder, 'larger.png');
  const { code, out, err } = await upscale(
    input,
    '-o',
    output,
    '--model',
    'fast-2x',
    '--backend',
    'wasm',
    '--json',
  );

  expect(err).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    input: { name: 'blue.png', format: 'png', width: 21, height: 13 },
    output: { format: 'png', width: 42, height: 26 },
    model: { id: 'fast-2x' },
    backend: 'wasm',
    adapter: 'CPU',
  });
  const { width, height, data, channels } = decode(readFileSync(output));
  expect([width, height]).toEqual([42, 26]);
  const centre = (13 * width + 21) * channels;
  [40, 80, 200].forEach((value, index) => {
    expect(Math.abs((data[centre + index] ?? -1) - value), `channel ${index}`).toBeLessThanOrEqual(4);
  });
});

test('several pictures into a folder; a bad one fails alone, with its code', async () => {
  const good = picture('green.png', 9, 9, [20, 180, 40]);
  const empty = join(folder, 'empty.png');
  writeFileSync(empty, '');
  const text = join(folder, 'notes.png');
  writeFileSync(text, 'These are words, not a picture.\n'.repeat(9));
  const out = join(folder, 'out');
  const run = await upscale(
    empty,
    text,
    join(folder, 'nowhere.png'),
    good,
    '-o',
    `${out}/`,
    '--model',
    'fast-2x',
    '--backend',
    'wasm',
    '--json',
  );

  expect(run.code).toBe(1);
  const lines = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.error?.code ?? 'done')).toEqual([
    'empty-file',
    'not-a-picture',
    'file-not-found',
    'done',
  ]);
  for (const { error } of lines.slice(0, 3)) expect(error.nextStep).not.toBe('');
  for (const code of ['empty-file', 'not-a-picture', 'file-not-found'])
    expect(run.err).toContain(`error [${code}]`);
  expect(existsSync(join(out, 'green_fast-2x.png'))).toBe(true);
});

test('many small pictures are all saved, though Chromium drops downloads that come in a burst', async () => {
  const inputs = Array.from({ length: 24 }, (_, i) => picture(`small-${i}.png`, 4, 4, [10 * i, 90, 200]));
  const out = join(folder, 'many');
  const { code } = await upscale(...inputs, '-o', `${out}/`, '--model', 'fast-2x', '--backend', 'wasm');
  expect(code).toBe(0);
  expect(readdirSync(out)).toHaveLength(inputs.length);
});

test('a model that is not in the catalog is an error, and nothing is written', async () => {
  const input = picture('red.png', 9, 9, [200, 20, 20]);
  const output = join(folder, 'out.png');
  const { code, out, err } = await upscale(input, '-o', output, '--model', 'no-such-model', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out).error.code).toBe('unknown-model');
  expect(err).toContain('error [unknown-model]');
  expect(existsSync(output)).toBe(false);
});

test('a model of this computer is brought in, and the report names it; one that is none is told', async () => {
  const input = picture('blue.png', 21, 13, [40, 80, 200]);
  const model = join(folder, 'Toy net.onnx');
  writeFileSync(model, toyModel());
  const output = join(folder, 'larger.png');
  const run = await upscale(input, '-o', output, '--model', model, '--backend', 'wasm', '--json');
  expect(run.err).toBe('');
  expect(JSON.parse(run.out)).toMatchObject({
    output: { width: 42, height: 26 },
    model: { name: 'Toy net', scale: 2 },
  });

  writeFileSync(model, 'These are words, not a model.');
  const failed = await upscale(input, '-o', output, '--model', model, '--json');
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.out).error.code).toMatch(/^model-/);
});

test('models of this computer run in a chain and in a blend, beside what is built in', async () => {
  const input = picture('blue.png', 9, 7, [40, 80, 200]);
  const [plain, dark] = [join(folder, 'Plain net.onnx'), join(folder, 'Dark.onnx')] as const;
  writeFileSync(plain, toyModel());
  writeFileSync(dark, toyModel({ gain: 0.5 }));
  const out = join(folder, 'out.png');
  const centre = () => {
    const { width, height, data, channels } = decode(readFileSync(out));
    const at = ((height >> 1) * width + (width >> 1)) * channels;
    return [...data.slice(at, at + 3)];
  };

  const chained = await upscale(
    input,
    '-o',
    out,
    '--model',
    `fast-2x*${plain}`,
    '--backend',
    'wasm',
    '--json',
  );
  expect(chained.err).toBe('');
  expect(JSON.parse(chained.out)).toMatchObject({
    output: { width: 36, height: 28 },
    model: { name: 'Fast → Plain net', scale: 4 },
  });

  const both = ['--import', plain, '--import', dark, '--backend', 'wasm'];
  const alone = await upscale(input, '-o', out, '--model', 'dark', ...both);
  expect(alone.err).toContain('note: --model does not name "plain-net"');
  const darkened = centre();
  await upscale(input, '-o', out, '--model', 'plain-net', ...both);
  const plainly = centre();
  const blend = await upscale(input, '-o', out, '--model', 'Plain net.DARK.50', ...both, '--json');
  expect(blend.err).toBe('');
  expect(JSON.parse(blend.out).model.name).toBe('Plain net 50 % + Dark');
  centre().forEach((value, i) => {
    const between = ((plainly[i] ?? 0) + (darkened[i] ?? 0)) / 2;
    expect(Math.abs(value - between), `channel ${i}`).toBeLessThanOrEqual(2);
  });
});

test('a command line that cannot be obeyed ends with 2, before anything starts', async () => {
  const input = picture('grey.png', 4, 4, [90, 90, 90]);
  for (const [words, named] of [
    [[], 'No picture'],
    [[input], '-o OUT is missing'],
    [[input, '-o', 'out.png', '--tile', 'large'], '--tile'],
    [[input, '-o', 'out.png', '--titel', '4'], '--titel'],
    [[input, '-o', join(folder, 'none', 'out.png')], 'does not exist'],
    [[input, '-o', input], 'never overwritten'],
    [[input, '-o', 'out.png', '--model', 'nowhere.pth'], 'no model file'],
    [[input, '-o', 'out.png', '--model', folder], 'is a folder'],
    [[input, '-o', 'out.png', '--model', 'fast-2x*nowhere.pth'], 'no model file "nowhere.pth"'],
    [[input, '-o', 'out.png', '--import', 'http://h.example/x.pth'], 'begin with https://'],
    [[input, '-o', 'out.png', '--model', 'https://h.example/x.pth'], 'downloaded from h.example'],
  ] as const) {
    const { code, out, err } = await upscale(...words);
    expect([code, out], words.join(' ')).toEqual([2, '']);
    expect(err).toContain(named);
  }
  const help = await upscale('--help');
  expect(help.code).toBe(0);
  expect(help.out).toContain('npm run --silent upscale');
});
