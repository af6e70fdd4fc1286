import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { zipSync } from 'fflate';
import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import type { NamedBytes } from '../models/convert/named-bytes.ts';
import { safetensors } from '../models/convert/test-support.ts';
import { withFacts } from '../models/kept-facts.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import type { PictureNetwork } from '../models/picture-network.ts';
import { mirroredIndex } from '../tiling/read-tile.ts';
import { type Converted, convertFiles, type OpenTrial, type Trial, tryNetwork } from './import-model.ts';

/** The road of a model file into the library, over every file of `../shared/models`, and against every golden answer. */

const SHARED = '../shared';
const isHere = existsSync(`${SHARED}/golden/index.json`);
const need = isHere ? '' : ' (needs ../shared, which is not here)';

vi.setConfig({ testTimeout: 120_000 });

type Golden = {
  readonly id: string;
  readonly models: readonly string[];
  readonly file: string;
  readonly pad: number;
  readonly scale: number;
  readonly tolerance: number;
  readonly blend?: object;
};

const goldens: readonly Golden[] = isHere
  ? (JSON.parse(readFileSync(`${SHARED}/golden/index.json`, 'utf8')) as { entries: Golden[] }).entries
  : [];
/** By the folders of `../shared/models`: in the golden index ncnn pairs and two ways to one answer stand in one list. */
const cases = goldens
  .filter(({ blend }) => blend === undefined)
  .flatMap((golden) => groupsOf(golden.models).map((files) => [files.join(' + '), files, golden] as const));

const REFUSED = ['pth/team23_safmnpp.pth', 'pth/imdn_model_RTC.pth'];

const openTrial: OpenTrial = async (bytes) => {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const run: Trial['run'] = async ({ values, dims }) => {
    const feeds = { [session.inputNames[0] as string]: new ort.Tensor('float32', values, dims) };
    const output = (await session.run(feeds))[session.outputNames[0] as string] as ort.Tensor;
    return { values: output.data as Float32Array<ArrayBuffer>, dims: output.dims };
  };
  return { run, close: async () => bytes };
};

describe(`every model file of ../shared${need}`, () => {
  it.skipIf(!isHere)('is met by a golden answer, or is one to be refused', () => {
    const known = new Set([...cases.flatMap(([, files]) => files), ...REFUSED]);
    const all = ['onnx', 'pth', 'safetensors', 'ncnn'].flatMap((folder) =>
      readdirSync(`${SHARED}/models/${folder}`, { recursive: true })
        .map((name) => `${folder}/${String(name)}`)
        .filter((name) => /\.(?:onnx|pth|safetensors|param|bin)$/.test(name)),
    );
    expect(all.filter((name) => !known.has(name))).toEqual([]);
  });

  it.skipIf(!isHere).each(cases)(
    '%s becomes a network that meets its golden answer',
    async (_name, files, golden) => {
      ort.env.wasm.numThreads = 1;
      const converted = await convertFiles(files.map(readModel), openTrial);
      if (converted.kind !== 'network') throw new Error('it is not one model');
      const { network } = converted;
      expect(network.facts.scale).toBe(golden.scale);
      const bytes = writeOnnx(network.onnx);
      await tryNetwork(bytes, network.facts, openTrial);
      const difference = await differenceFrom(golden, network, bytes);
      expect(difference).toBeLessThanOrEqual(golden.tolerance);
    },
  );

  it.skipIf(!isHere).each(cases.filter(([, files]) => files.every(isSmall)))(
    '%s, saved as ONNX and brought again, is the same to the last byte and fact',
    async (_name, files) => {
      ort.env.wasm.numThreads = 1;
      const { network } = (await convertFiles(files.map(readModel), openTrial)) as Converted;
      const saved = writeOnnx(withFacts(network));
      const file = { name: 'saved.onnx', bytes: Uint8Array.from(saved) };
      const again = (await convertFiles([file], openTrial)) as Converted;
      expect(again.network.facts).toEqual(network.facts);
      expect(Buffer.compare(writeOnnx(withFacts(again.network)), saved)).toBe(0);
    },
  );

  it.skipIf(!isHere).each(REFUSED)('%s is refused, and says what it holds', async (file) => {
    const error = await convertFiles([readModel(file)], openTrial).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TesseraError);
    expect(error).toMatchObject({ code: 'model-unsupported', nextStep: expect.stringContaining('ONNX') });
  });
});

describe('what is no model, or half of one', () => {
  const named = (name: string, bytes: ArrayLike<number>): NamedBytes => ({
    name,
    bytes: Uint8Array.from(bytes),
  });

  it('a text is refused by its name', async () => {
    const text = named('notes.onnx', new TextEncoder().encode('Not Found: this is no model at all.'));
    await expect(convertFiles([text], openTrial)).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  it('weights that do not tell their scale are asked by their name', async () => {
    const fixture = 'src/models/architectures/fixtures/esrgan-2x-alpha.safetensors';
    const { header, data } = withoutTests(Uint8Array.from(readFileSync(fixture)));
    const scaleOf = async (name: string) => {
      const converted = await convertFiles([{ name, bytes: safetensors(header, data) }], openTrial);
      if (converted.kind !== 'network') throw new Error('It is whole.');
      const { onnx, facts } = converted.network;
      await tryNetwork(writeOnnx(onnx), facts, openTrial);
      return [facts.scale, facts.form.knownBy.scale];
    };
    expect(await scaleOf('3x_photo.safetensors')).toEqual([3, 'name']);
    expect(await scaleOf('photo.safetensors')).toEqual([2, 'assumed']);
  });

  it('an empty file, and a pointer of Git LFS, are called so', async () => {
    const empty = named('net.pth', []);
    await expect(convertFiles([empty], openTrial)).rejects.toMatchObject({ code: 'empty-file' });
    const text = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 67040989\n';
    const pointer = named('net.onnx', new TextEncoder().encode(text));
    await expect(convertFiles([pointer], openTrial)).rejects.toThrow(/a pointer to it: .*Git LFS/);
    const param = named('net.param', new TextEncoder().encode('7767517\n1 1\nInput in 0 1 in\n'));
    const bin = { ...pointer, name: 'net.bin' };
    await expect(convertFiles([param, bin], openTrial)).rejects.toThrow(/“net.bin” is not the model/);
  });

  it('several models are given back, those of an archive with the folders that tell them apart', async () => {
    const model = Uint8Array.from([8, 8, 0x12, 0, 0x3a, 0]);
    const both = named('all.zip', zipSync({ 'a/x.onnx': model, 'b/x.onnx': model }));
    const outcome = await convertFiles([both], openTrial);
    expect(outcome).toEqual({
      kind: 'unpacked',
      files: ['a/x.onnx', 'b/x.onnx'].map((name) => named(name, model)),
    });
    const files = [named('a.onnx', model), named('b.onnx', model)];
    expect(await convertFiles(files, openTrial)).toEqual({ kind: 'unpacked', files });
  });

  it('a .param without its .bin waits for it', async () => {
    const param = named('net.param', new TextEncoder().encode('7767517\n1 1\nInput in 0 1 in\n'));
    expect(await convertFiles([param], openTrial)).toEqual({
      kind: 'unpacked',
      files: [param],
    });
  });
});

/** Finding out about large networks takes minutes. */
function isSmall(path: string): boolean {
  return statSync(`${SHARED}/models/${path}`).size < 3e6;
}

/** A reference network's own weights, without metadata. */
function withoutTests(file: Uint8Array): { header: object; data: Uint8Array } {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const all = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<
    string,
    { data_offsets: readonly number[] }
  >;
  const own = Object.entries(all).filter(([key]) => !/^test\.|^__metadata__$/.test(key));
  const end = Math.max(...own.map(([, { data_offsets }]) => data_offsets[1] as number));
  return { header: Object.fromEntries(own), data: file.subarray(8 + length, 8 + length + end) };
}

function readModel(path: string): NamedBytes {
  const bytes = Uint8Array.from(readFileSync(`${SHARED}/models/${path}`));
  return { name: path.split('/').at(-1) ?? path, bytes };
}

function groupsOf(models: readonly string[]): readonly (readonly string[])[] {
  const ncnn = models.filter((name) => name.startsWith('ncnn/'));
  const singles = models.filter((name) => !name.startsWith('ncnn/')).map((name) => [name]);
  return ncnn.length > 0 ? [ncnn, ...singles] : singles;
}

/** The golden input, mirrored by what the network eats; of the answer the part that the reference has. */
async function differenceFrom(
  golden: Golden,
  { facts }: PictureNetwork,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const input = floatsOf('input_chelsea_48.f32');
  const [side, pad] = [48, golden.pad];
  expect(facts.eatenPx).toBe(pad);
  const padded = side + 2 * pad;
  const at = (i: number) => mirroredIndex(i - pad, side);
  const values = Float32Array.from({ length: 3 * padded ** 2 }, (_, i) => {
    const [c, y, x] = [Math.floor(i / padded ** 2), Math.floor(i / padded) % padded, i % padded];
    return input[c * side ** 2 + at(y) * side + at(x)] as number;
  });
  const { run } = await openTrial(bytes);
  const answer = await run({ values, dims: [1, 3, padded, padded] });
  const expected = floatsOf(golden.file);
  const [own, wanted, border] = [padded * golden.scale, side * golden.scale, pad * golden.scale];
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const [c, y, x] = [Math.floor(i / wanted ** 2), Math.floor(i / wanted) % wanted, i % wanted];
    const value = answer.values[c * own ** 2 + (y + border) * own + x + border] as number;
    largest = Math.max(largest, Math.abs(value - (expected[i] as number)));
  }
  return largest;
}

function floatsOf(name: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(`${SHARED}/golden/${name}`)).buffer);
}
