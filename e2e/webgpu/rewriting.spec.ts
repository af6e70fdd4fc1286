import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { startServer } from '../../scripts/serve.mjs';
import { toHalf } from '../../src/models/onnx/half.ts';
import type { OnnxModel } from '../../src/models/onnx/model.ts';
import { hasGpuKernel } from '../../src/models/onnx/operators.ts';
import { readOnnx } from '../../src/models/onnx/read.ts';
import { rewriteGraph } from '../../src/models/onnx/rewrite.ts';
import {
  CASES,
  COMPUTED_SIDES,
  type Feed,
  floats,
  singleOperator,
} from '../../src/models/onnx/test-support.ts';
import { writeOnnx } from '../../src/models/onnx/write.ts';
import { type Answer, maxDifference, runOnProcessor } from '../fixtures/run-model.ts';

// The runtime alone, on a page of its own: what the WebGPU provider accepts of a model, before and after rewriting.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHARED = join(ROOT, '../shared/models');
/** What ORT says when a node would run on the processor although that was forbidden. */
const ON_CPU = /assigned to the default CPU EP/;
/** Of arithmetic in float32; exponentials of the GPU are less exact than those of the processor. */
const TOLERANCE = 1e-4;
const INPUT_DIMS = [1, 3, 16, 16];

let page: Page;
let stop: () => Promise<void>;

test.beforeAll(async ({ browser }) => {
  const root = mkdtempSync(join(tmpdir(), 'tessera-rewriting-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>The runtime alone</title>');
  symlinkSync(join(ROOT, 'node_modules/onnxruntime-web/dist'), join(root, 'ort'));
  const server = await startServer({ port: 0, root });
  page = await browser.newPage();
  await page.goto(server.url);
  stop = async () => {
    await page.close();
    await server.close();
    rmSync(root, { recursive: true });
  };
});
test.afterAll(() => stop());

for (const { title, model, feeds, change } of CASES) {
  test(`${title}: refused by WebGPU as it is, accepted when rewritten, with the processor's result`, async () => {
    const { model: rewritten, changes } = rewriteGraph(model, {});
    expect(changes).toContain(change);
    // An antialiased Resize is accepted, and refused only when it runs.
    expect(await runOnGpu(model, feeds)).toMatchObject({
      error: expect.stringMatching(/antialias.* NOT implemented|assigned to the default CPU EP/),
    });
    const [expected, answer] = [await runOnProcessor(model, feeds), await runOnGpu(rewritten, feeds)];
    expect(answer).toMatchObject({ type: expected.type, dims: expected.dims });
    expect(maxDifference((answer as Answer).values, expected.values)).toBeLessThanOrEqual(TOLERANCE);
  });
}

test('a model that computes with its sides: refused as it is, accepted with fixed ones', async () => {
  const feeds = { x0: floats([1, 3, 8, 12]) };
  expect(await runOnGpu(COMPUTED_SIDES, feeds)).toMatchObject({ error: expect.stringMatching(ON_CPU) });
  const { model, leftOnCpu } = rewriteGraph(COMPUTED_SIDES, { inputDims: feeds.x0.dims });
  expect(leftOnCpu).toEqual([]);
  const [expected, answer] = [await runOnProcessor(COMPUTED_SIDES, feeds), await runOnGpu(model, feeds)];
  expect(answer).toEqual(expected);
});

test('an operator without an equivalent is named, and refused', async () => {
  const { model, feeds } = CASES[0] as (typeof CASES)[number];
  const [first] = model.graph.nodes;
  if (!first) throw new Error('the case has no node');
  const nodes = [{ ...first, opType: 'Hardmax', attributes: [] }];
  const { model: same, leftOnCpu } = rewriteGraph({ ...model, graph: { ...model.graph, nodes } }, {});
  expect(leftOnCpu).toEqual(['Hardmax']);
  expect(await runOnGpu(same, feeds)).toMatchObject({ error: expect.stringMatching(ON_CPU) });
});

test.describe('what is said of an operator is what ORT does', () => {
  const unary =
    `Abs Acos Ceil Celu Cos Elu Erf Exp Flatten Floor Gelu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Hardmax
    Identity LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Reciprocal ReduceMax ReduceMean
    ReduceSum Relu Round Selu Shrink Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Squeeze Sum Swish Tan Tanh
    ThresholdedRelu Transpose`.split(/\s+/);
  const binary = [
    'Add',
    'Div',
    'GridSample',
    'MatMul',
    'Max',
    'Mean',
    'Min',
    'Mod',
    'Mul',
    'PRelu',
    'Pow',
    'Sub',
    'Sum',
  ];

  for (const opset of [7, 9, 11, 13, 16, 18, 19, 20, 21, 22, 23, 24]) {
    test(`opset ${opset}`, async () => {
      const said: string[] = [];
      const done: string[] = [];
      for (const opType of [...unary, ...binary]) {
        const inputs = unary.includes(opType)
          ? [floats([1, 2, 2, 2])]
          : [floats([1, 2, 2, 2]), floats([1, 2, 2, 2])];
        const attributes = opType === 'Mod' ? { fmod: 1n } : opType === 'LRN' ? { size: 1n } : {};
        const error = await openOnGpu(singleOperator({ opType, opset, inputs, attributes }).model);
        // Other errors: the operator does not exist in this opset, or cannot be tried like this.
        if (error !== '' && !ON_CPU.test(error)) continue;
        said.push(`${opType}: ${hasGpuKernel(opType, opset)}`);
        done.push(`${opType}: ${error === ''}`);
      }
      expect(said.length).toBeGreaterThan(30);
      expect(said).toEqual(done);
    });
  }
});

test.describe('real models', () => {
  const builtIn = modelsBelow(join(ROOT, 'public/models'));
  const others = existsSync(SHARED) ? modelsBelow(join(SHARED, 'onnx')) : [];

  for (const path of [...builtIn, ...others]) {
    const model = readOnnx(readFileSync(path));
    const takesHalves = model.graph.inputs[0]?.elemType === 10;

    test(`${basename(path)} opens without the processor`, async () => {
      const rewritten = rewriteGraph(model, { inputDims: INPUT_DIMS });
      expect(rewritten.leftOnCpu).toEqual([]);
      if (takesHalves) expect(await openOnGpu(rewritten.model)).toMatch(/^$|requires f16/);
      else expect(await openOnGpu(rewritten.model)).toBe('');
    });

    // This software adapter has no shader-f16, which is asked for only after the nodes have found their places.
    test(`${basename(path)} in half precision leaves nothing to the processor`, async () => {
      const half = toHalf(rewriteGraph(model, { inputDims: INPUT_DIMS }).model).model;
      expect(await openOnGpu(half)).toMatch(/^$|requires f16/);
    });
  }

  test('the smallest built-in one gives what it gives on the processor', async () => {
    const model = readOnnx(readFileSync(join(ROOT, 'public/models/fast-2x.onnx')));
    const feeds = { input: floats(INPUT_DIMS, 0.5) };
    const [expected, answer] = [
      await runOnProcessor(model, feeds),
      await runOnGpu(rewriteGraph(model, { inputDims: INPUT_DIMS }).model, feeds),
    ];
    expect(maxDifference((answer as Answer).values, expected.values)).toBeLessThanOrEqual(TOLERANCE);
  });

  test('those of ../shared are there (SKIPPED where the folder is absent)', () => {
    test.skip(!existsSync(SHARED), '../shared is absent');
    expect(others.length).toBeGreaterThan(4);
  });
});

function modelsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.onnx'))
    .map((path) => join(folder, path));
}

/** What ORT says against opening the model on WebGPU alone; nothing where it opens. */
async function openOnGpu(model: OnnxModel): Promise<string> {
  const answer = await runOnGpu(model, null);
  return 'error' in answer ? answer.error : '';
}

/**
 * Opens a model on WebGPU with nothing left to the processor, and runs it.
 * @param feeds null to open it only; the answer is then empty
 */
async function runOnGpu(
  model: OnnxModel,
  feeds: Readonly<Record<string, Feed>> | null,
): Promise<Answer | { readonly error: string }> {
  const base64 = Buffer.from(writeOnnx(model)).toString('base64');
  return page.evaluate(
    async ([base64, feeds]) => {
      const address = '/ort/ort.jspi.min.mjs';
      const ort: typeof import('onnxruntime-web/jspi') = await import(address);
      ort.env.wasm.wasmPaths = new URL('/ort/', location.href).href;
      ort.env.wasm.numThreads = 1;
      ort.env.logLevel = 'fatal';
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      try {
        const session = await ort.InferenceSession.create(bytes, {
          executionProviders: ['webgpu'],
          extra: { session: { disable_cpu_ep_fallback: '1' } },
        });
        try {
          if (!feeds) return { type: '', dims: [], values: [] };
          const tensors = Object.entries(feeds).map(([name, { dataType, dims, values }]) => {
            return dataType === 6
              ? [name, new ort.Tensor('int32', Int32Array.from(values), dims)]
              : [name, new ort.Tensor('float32', Float32Array.from(values), dims)];
          });
          const results = await session.run(Object.fromEntries(tensors));
          const answer = Object.values(results)[0];
          if (!answer) return { error: 'no answer' };
          return { type: answer.type, dims: answer.dims, values: Array.from(answer.data as Float32Array) };
        } finally {
          await session.release();
        }
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    [base64, feeds] as const,
  );
}
