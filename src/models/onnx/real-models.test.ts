import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Answer, maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { DataType } from './data-type.ts';
import { elementTypes } from './element-types.ts';
import { fromFloat16, toFloat16 } from './float16.ts';
import { toHalf } from './half.ts';
import type { OnnxModel, TensorData } from './model.ts';
import { quickForm } from './quick-form.ts';
import { readOnnx } from './read.ts';
import { rewriteGraph } from './rewrite.ts';
import { float32Values } from './tensor-values.ts';
import type { Feed } from './test-support.ts';
import { writeOnnx } from './write.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SHARED = join(ROOT, '../shared');
const hasShared = existsSync(join(SHARED, 'golden/index.json'));

/** Session after session of real networks, on a machine that is busy with other things. */
const PATIENCE_MS = 60_000;
const SIDE = 48;
/** For what is slow: the upper left of the picture. */
const SMALL_SIDE = 20;

type Golden = { readonly models: readonly string[]; readonly file: string; readonly tolerance: number };

const goldens: readonly Golden[] = hasShared
  ? JSON.parse(readFileSync(join(SHARED, 'golden/index.json'), 'utf8')).entries
  : [];

const builtIn = modelsBelow(join(ROOT, 'public/models'));
const others = hasShared ? modelsBelow(join(SHARED, 'models/onnx')) : [];

function modelsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.onnx'))
    .map((path) => join(folder, path));
}

describe('built-in models', () => {
  it('are found', () => expect(builtIn.length).toBeGreaterThan(0));
  for (const path of builtIn) holds(path, hasShared ? chelsea() : wave());
});

describe.skipIf(!hasShared)('models of ../shared (SKIPPED where the folder is absent)', () => {
  it('are found', () => expect(others.length).toBeGreaterThan(4));
  for (const path of others) holds(path, chelsea());
});

/** Read, written, rewritten and halved, a model still gives its picture. */
function holds(path: string, picture: readonly number[]): void {
  describe(basename(path), { timeout: PATIENCE_MS }, () => {
    const bytes = readFileSync(path);
    const model = readOnnx(bytes);
    const elemType = model.graph.inputs[0]?.elemType ?? 0;
    const name = model.graph.inputs[0]?.name ?? '';
    const isHalf = elemType === DataType.float16;
    const values = isHalf ? [...toFloat16(Float32Array.from(picture))] : picture;
    const feeds = { [name]: { dataType: elemType, dims: [1, 3, SIDE, SIDE], values } satisfies Feed };
    const inputDims = [1, 3, SIDE, SIDE];

    it('gives bit-identical output when only read and written', async () => {
      const [before, after] = [await runOnProcessor(bytes, feeds), await runOnProcessor(model, feeds)];
      expect(after).toEqual(before);
    });

    it('gives the same when rewritten, and nothing is left on the processor', async () => {
      const rewritten = rewriteGraph(model, { inputDims });
      expect(rewritten.leftOnCpu).toEqual([]);
      expect(rewritten.changes).toEqual([]);
      expect(rewritten.model.graph.nodes.map(({ opType }) => opType)).not.toContain('Constant');
      const [before, after] = [
        await runOnProcessor(bytes, feeds),
        await runOnProcessor(rewritten.model, feeds),
      ];
      expect(after.dims).toEqual(before.dims);
      expect(maxDifference(floatsOf(before), floatsOf(after))).toBeLessThanOrEqual(1e-5);
      const golden = goldens.find(({ models }) => models.some((one) => path.endsWith(one)));
      if (golden) {
        const expected = new Float32Array(readFileSync(join(SHARED, 'golden', golden.file)).buffer);
        expect(maxDifference(floatsOf(after), [...expected])).toBeLessThanOrEqual(golden.tolerance);
      }
    });

    it('has no linear layers worth multiplying out, and no enlargement before a convolution', () => {
      expect(quickForm(model, { edgesAreCut: true }).model).toBe(model);
    });

    if (isHalf) {
      it('is returned as it is by toHalf: it takes float16', () => expect(toHalf(model).model).toBe(model));
      return;
    }

    it('gives the same picture in half precision', async () => {
      const full = rewriteGraph(model, { inputDims }).model;
      const { model: half, keptInFloat32 } = toHalf(full);
      expect(keptInFloat32).not.toContain('Conv');
      expect(writeOnnx(half).length).toBeLessThan(0.6 * writeOnnx(full).length);
      const [before, after] = [await runOnProcessor(full, feeds), await runOnProcessor(half, feeds)];
      expect(after).toMatchObject({ type: 'float32', dims: before.dims });
      expect(psnr(before.values, after.values)).toBeGreaterThan(50);
      const small = { [name]: crop(picture) };
      const exact = await runOnProcessor(model, small);
      expect(psnr(exact.values, await runRounded(half, small))).toBeGreaterThan(50);
    });
  });
}

function floatsOf({ type, values }: Answer): readonly number[] {
  return type === 'float16' ? [...fromFloat16(Uint16Array.from(values))] : values;
}

/**
 * What a half-precision model gives where every activation really is rounded: ORT's processor provider computes in
 * float32 and leaves out the rounding between nodes. So each node runs alone, in float32, and is rounded here.
 */
async function runRounded(
  { graph, ...model }: OnnxModel,
  feeds: Record<string, Feed>,
): Promise<readonly number[]> {
  const types = elementTypes(graph);
  const initializers = graph.initializers.map(inFloat32);
  const known = new Map(Object.entries(feeds));
  for (const node of graph.nodes) {
    const [output] = node.outputs as [string];
    const given = node.inputs.flatMap((name) => {
      const feed = known.get(name);
      return feed ? [[name, feed] as const] : [];
    });
    const single = {
      ...graph,
      nodes: [node],
      initializers: initializers.filter(({ name }) => node.inputs.includes(name)),
      inputs: given.map(([name, { dims }]) => ({ name, elemType: DataType.float32, dims, rest: [] })),
      outputs: [{ name: output, elemType: DataType.float32, dims: null, rest: [] }],
    };
    const { dims, values } =
      node.opType === 'Cast'
        ? (known.get(node.inputs[0] as string) as Feed)
        : await runOnProcessor({ ...model, graph: single }, Object.fromEntries(given));
    const isHalf = types.get(output) === DataType.float16;
    const kept = isHalf ? [...fromFloat16(toFloat16(Float32Array.from(values)))] : values;
    known.set(output, { dataType: DataType.float32, dims, values: kept });
  }
  return known.get(graph.outputs[0]?.name ?? '')?.values ?? [];
}

function inFloat32(tensor: TensorData): TensorData {
  if (tensor.dataType !== DataType.float16) return tensor;
  const halves = new Uint16Array(new Uint8Array(tensor.bytes).buffer);
  return { ...tensor, dataType: DataType.float32, bytes: new Uint8Array(fromFloat16(halves).buffer) };
}

/** For values of 0..1; NaN where one of them is NaN. */
function psnr(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);
  return -10 * Math.log10(squares / a.length);
}

/** The photograph that the golden answers belong to. */
function chelsea(): readonly number[] {
  if (!hasShared) return [];
  const bytes = readFileSync(join(SHARED, 'golden/input_chelsea_48.f32'));
  return [...float32Values({ name: '', dims: [], dataType: DataType.float32, bytes, rest: [] })];
}

function crop(picture: readonly number[]): Feed {
  const values = Array.from({ length: 3 * SMALL_SIDE ** 2 }, (_, i) => {
    const [x, y] = [i % SMALL_SIDE, Math.floor(i / SMALL_SIDE) % SMALL_SIDE];
    return picture[(Math.floor(i / SMALL_SIDE ** 2) * SIDE + y) * SIDE + x] as number;
  });
  return { dataType: DataType.float32, dims: [1, 3, SMALL_SIDE, SMALL_SIDE], values };
}

/** Smooth and hard edges, where there is no photograph. */
function wave(): readonly number[] {
  return Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
    return Math.fround((x > y ? 0.25 : 0) + 0.35 * (1 + Math.sin(x / 3 + y / 5 + i / SIDE ** 2)));
  });
}
