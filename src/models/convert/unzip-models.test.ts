import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../base/errors.ts';
import { noise } from '../onnx/test-support.ts';
import { unzipModels } from './unzip-models.ts';

const MIB = 2 ** 20;
/** As an .onnx file begins; then numbers that hardly become smaller, or zeros. */
const onnx = (bytes: number, filled = true) => {
  const file = new Uint8Array(bytes);
  if (filled) file.set(new Uint8Array(Float32Array.from(noise(Math.floor(bytes / 4))).buffer));
  file.set([8, 8, 0x12, 4]);
  return file;
};
const zip = (files: Readonly<Record<string, Uint8Array>>, level: 0 | 9 = 9) => ({
  name: 'archive.zip',
  bytes: zipSync(files, { level }) as Uint8Array<ArrayBuffer>,
});
const refusalOf = (archive: { name: string; bytes: Uint8Array<ArrayBuffer> }): TesseraError => {
  try {
    unzipModels(archive);
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
/** The archive with the size of its only entry, in its directory, written over. */
const claiming = ({ name, bytes }: ReturnType<typeof zip>, unpackedBytes: number) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(view.getUint32(copy.length - 6, true) + 24, unpackedBytes, true);
  return { name, bytes: copy };
};

describe('models in an archive', { timeout: 60_000 }, () => {
  it.each([0, 9] as const)('come out as they went in (level %i)', (level) => {
    const model = onnx(300_000);
    const files = unzipModels(zip({ 'some/folder/a.onnx': model, 'some/readme.md': onnx(5) }, level));
    expect(files.map(({ name }) => name)).toEqual(['a.onnx']);
    expect(files[0]?.bytes).toEqual(model);
  });

  it('keep as much of their folders as tells them apart', () => {
    const names = ['m/cunet/x.param', 'm/upconv/x.bin', 'm/cunet/x.bin', 'm/upconv/x.param', 'm/a/y.onnx'];
    const files = Object.fromEntries(names.map((name) => [name, onnx(200)]));
    expect(unzipModels(zip(files)).map(({ name }) => name)).toEqual([
      'cunet/x.param',
      'upconv/x.bin',
      'cunet/x.bin',
      'upconv/x.param',
      'y.onnx',
    ]);
  });

  it('are not what macOS keeps beside them, nor archives, nor what begins like no model', () => {
    const inner = zip({ 'a.onnx': onnx(100) }).bytes;
    const files = {
      '__MACOSX/m/._x.onnx': onnx(100),
      'm/._y.onnx': onnx(100),
      'again.pth': inner,
      'page.onnx': new TextEncoder().encode('<!doctype html>'),
      'x.onnx': onnx(100),
    };
    expect(unzipModels(zip(files)).map(({ name }) => name)).toEqual(['x.onnx']);
    const { 'x.onnx': _, ...others } = files;
    expect(refusalOf(zip(others))).toMatchObject({
      code: 'model-unsupported',
      message: 'The archive “archive.zip” holds no model file.',
    });
  });
});

describe('an archive that unpacks to more than models do', { timeout: 60_000 }, () => {
  const SLOWEST_MS = 5000;
  /** Far more than it takes, on a machine that is busy with other things. */
  const timed = (archive: ReturnType<typeof zip>) => {
    const started = performance.now();
    const error = refusalOf(archive);
    expect(performance.now() - started).toBeLessThan(SLOWEST_MS);
    return error;
  };

  it('is refused with the numbers, without unpacking it', () => {
    const bomb = zip({ 'model.onnx': onnx(40 * MIB, false) });
    const most = 4 * bomb.bytes.length + 4 * MIB;
    const error = timed(bomb);
    expect(error).toMatchObject({
      code: 'model-unsupported',
      details: { bytes: bomb.bytes.length, unpackedBytes: 40 * MIB, mostBytes: most },
    });
    expect(error.message).toContain(`would take ${40 * MIB} bytes`);
  });
  it('is refused for all of its files together, and one below is not', () => {
    const of = (count: number) =>
      zip(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.onnx`, onnx(MIB, false)])));
    expect(unzipModels(of(4))).toHaveLength(4);
    expect(refusalOf(of(5)).message).toContain(`would take ${5 * MIB} bytes`);
  });
  it('is not unpacked where it begins like no model, whatever its name', () => {
    const zeros = new Uint8Array(40 * MIB);
    expect(timed(zip({ 'model.onnx': zeros })).message).toContain('holds no model file');
  });
  it('is found out where its header claims less, or more, than there is', () => {
    const real = zip({ 'model.onnx': onnx(40 * MIB, false) });
    expect(timed(claiming(real, 100_000))).toMatchObject({ code: 'model-corrupt' });
    expect(timed(claiming(real, 100_000)).message).toContain('its header says 100000 bytes, and it has more');
    const small = zip({ 'model.onnx': onnx(100_000) });
    expect(unzipModels(claiming(small, 100_000))).toHaveLength(1);
    for (const claimed of [99_999, 100_001])
      expect(timed(claiming(small, claimed)).message).toContain(`its header says ${claimed} bytes`);
    expect(timed(claiming(small, 2 ** 32 - 2)).message).toContain('would take 4294967294 bytes');
  });
  it('is refused for the number of its files', () => {
    const files = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}.onnx`, onnx(8)]));
    expect(refusalOf(zip(files)).message).toContain('holds 257 model files');
  });
});

it('an archive that is cut off or whose data is damaged is called so', () => {
  const whole = zip({ 'a.onnx': onnx(50_000) });
  expect(refusalOf({ ...whole, bytes: whole.bytes.slice(0, 20_000) }).code).toBe('model-corrupt');
  const damaged = whole.bytes.slice();
  damaged.fill(0xff, 2000, 3000);
  expect(refusalOf({ ...whole, bytes: damaged }).code).toBe('model-corrupt');
});
