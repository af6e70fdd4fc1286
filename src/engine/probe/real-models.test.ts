import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../e2e/fixtures/open-model.ts';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { convertNcnn } from '../../models/convert/ncnn/convert-ncnn.ts';
import { describeOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import type { BuiltInEntry } from '../../models/descriptor.ts';
import type { OnnxModel } from '../../models/onnx/model.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { renameTensors } from '../../models/onnx/rename.ts';
import { noise } from '../../models/onnx/test-support.ts';
import { ANY_SIZE } from '../../models/picture-network.ts';
import { type Probed, probe } from './probe.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SHARED = join(ROOT, '../shared');
const hasShared = existsSync(join(SHARED, 'golden/index.json'));

/** Session after session of real networks, on a machine that is busy with other things. */
const PATIENCE_MS = 60_000;
/** Of pictures of 64 × 48 pixels or, as most of them, a few; real probing takes one to three seconds with them. */
const MOST_RUNS = 8;

type Golden = {
  readonly models: readonly string[];
  readonly file: string;
  readonly tolerance: number;
  readonly scale: number;
  readonly shape: readonly number[];
};

function probed(path: string): Promise<Probed & { runs: number }> {
  return probedModel(readOnnx(readFileSync(path)));
}

async function probedModel(onnx: OnnxModel): Promise<Probed & { runs: number }> {
  const described = describeOnnx(onnx);
  const model = await openModel(described.model);
  try {
    return { ...(await probe(described, model.run)), runs: model.runs() };
  } finally {
    await model.close();
  }
}

const builtIn = JSON.parse(readFileSync(join(ROOT, 'public/models/catalog.json'), 'utf8')) as {
  models: readonly BuiltInEntry[];
};

describe('a built-in model is found to be what the catalog says', { timeout: PATIENCE_MS }, () => {
  it.each(builtIn.models)('$id', async ({ file, scale, receptiveFieldPx }) => {
    const { network, runs, isDeterministic } = await probed(join(ROOT, 'public/models', file));
    expect(network.facts).toMatchObject({
      scale,
      receptiveFieldPx,
      sizeRule: ANY_SIZE,
      eatenPx: 0,
      dependsOnTileSize: false,
      form: {
        inputChannels: 3,
        outputChannels: 3,
        layout: 'nchw',
        white: 1,
        channelOrder: 'rgb',
        precision: 'float32',
      },
    });
    expect(isDeterministic).toBe(true);
    expect(runs).toBeLessThanOrEqual(MOST_RUNS);
  });
});

describe.skipIf(!hasShared)(
  'waifu2x cunet of ../shared, its borders left out (SKIPPED where the folder is absent)',
  () => {
    it('is found to eat 18 pixels, and to take even sizes of 38 and more', {
      timeout: PATIENCE_MS,
    }, async () => {
      const path = join(SHARED, 'models/ncnn/waifu2x-cunet/scale2.0x_model');
      const { onnx, facts } = convertNcnn(readFileSync(`${path}.param`), readFileSync(`${path}.bin`));
      const pad = onnx.graph.nodes.findLast(({ opType }) => opType === 'Pad');
      const bare = renameTensors(onnx.graph, (name) =>
        name === pad?.outputs[0] ? (pad.inputs[0] as string) : name,
      );
      const nodes = bare.nodes.filter(
        ({ opType, outputs }) => opType !== 'Pad' || outputs[0] !== pad?.inputs[0],
      );
      const found = await probedModel({ ...onnx, graph: { ...bare, nodes } });
      expect(found.network.facts).toMatchObject({
        scale: 2,
        eatenPx: 18,
        dependsOnTileSize: true,
        sizeRule: { multipleOf: 2, minimumPx: 38, fixed: null },
      });
      // The graph alone tells it to within a pixel.
      expect((found.network.facts.receptiveFieldPx ?? 0) - (facts.receptiveFieldPx ?? 0)).toBeLessThanOrEqual(
        1,
      );
      const feed = {
        input: { dataType: 1, dims: [1, 3, 44, 60], values: noise(3 * 44 * 60, 0.5).map((v) => v + 0.5) },
      };
      const [own, expected] = [
        await runOnProcessor(found.network.onnx, feed),
        await runOnProcessor(onnx, feed),
      ];
      expect(own.dims).toEqual(expected.dims);
      expect(maxDifference(own.values, expected.values)).toBeLessThan(1e-5);
    });
  },
);

describe.skipIf(!hasShared)(
  'models of ../shared (SKIPPED where the folder is absent)',
  { timeout: PATIENCE_MS },
  () => {
    const folder = join(SHARED, 'models/onnx');
    const files = hasShared
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.onnx'))
      : [];
    const goldens: readonly Golden[] = hasShared
      ? JSON.parse(readFileSync(join(SHARED, 'golden/index.json'), 'utf8')).entries
      : [];
    const read = (file: string) => [...new Float32Array(readFileSync(join(SHARED, 'golden', file)).buffer)];

    it('are found', () => expect(files.length).toBeGreaterThan(4));

    it.each(files)('%s meets its golden answer in the one form of networks', async (file) => {
      const golden = goldens.find(({ models }) => models.some((one) => one.endsWith(basename(file))));
      if (!golden) throw new Error('it has no golden answer');
      const { network, runs } = await probed(join(folder, file));
      expect(network.facts).toMatchObject({
        scale: golden.scale,
        sizeRule: ANY_SIZE,
        eatenPx: 0,
        dependsOnTileSize: false,
        receptiveFieldPx: expect.any(Number),
        form: { channelOrder: 'rgb', white: 1, precision: file.includes('fp16') ? 'float16' : 'float32' },
      });
      expect(runs).toBeLessThanOrEqual(MOST_RUNS);
      const feed = { dataType: 1, dims: [1, 3, 48, 48], values: read('input_chelsea_48.f32') };
      const answer = await runOnProcessor(network.onnx, { input: feed });
      expect(answer).toMatchObject({ type: 'float32', dims: golden.shape });
      expect(maxDifference(answer.values, read(golden.file))).toBeLessThanOrEqual(golden.tolerance);
    });
  },
);
