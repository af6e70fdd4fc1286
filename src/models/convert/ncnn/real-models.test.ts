import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measuredReach } from '../../../../e2e/fixtures/measured-reach.ts';
import { type Answer, maxDifference, runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { DataType } from '../../onnx/data-type.ts';
import { rewriteGraph } from '../../onnx/rewrite.ts';
import { type Feed, floats } from '../../onnx/test-support.ts';
import { ANY_SIZE, type NetworkFacts } from '../../picture-network.ts';
import { convertNcnn } from './convert-ncnn.ts';
import { binOf, textBytes } from './test-support.ts';

const SHARED = fileURLToPath(new URL('../../../../../shared', import.meta.url));
const hasShared = existsSync(join(SHARED, 'golden/index.json'));
const PATIENCE_MS = 60_000;

type Golden = {
  readonly id: string;
  readonly models: readonly string[];
  readonly input: string;
  readonly pad: number;
};
type Expected = Golden & { readonly file: string; readonly tolerance: number; readonly blend?: object };

const goldens: readonly Expected[] = hasShared
  ? JSON.parse(readFileSync(join(SHARED, 'golden/index.json'), 'utf8')).entries.filter(
      ({ models, blend }: Expected) => models[0]?.endsWith('.param') && !blend,
    )
  : [];

/** What has to be found out of the graph alone; `sizeRule` where it is not that of most. */
const FACTS: Readonly<Record<string, Partial<NetworkFacts>>> = {
  'realesr-general-x4v3': { scale: 4, eatenPx: 0, receptiveFieldPx: 34 },
  'realesr-general-wdn-x4v3': { scale: 4, eatenPx: 0, receptiveFieldPx: 34 },
  'realesr-animevideov3-x4': { scale: 4, eatenPx: 0, receptiveFieldPx: 18 },
  // The answer of the 4x network, reduced with the neighbours of one pixel more.
  'realesr-animevideov3-x3': { scale: 3, eatenPx: 0, receptiveFieldPx: 19 },
  'realesr-animevideov3-x2': { scale: 2, eatenPx: 0, receptiveFieldPx: 19 },
  'waifu2x-upconv7-photo': {
    scale: 2,
    eatenPx: 7,
    receptiveFieldPx: 7,
    sizeRule: { multipleOf: 1, minimumPx: 15, fixed: null },
  },
  'waifu2x-cunet': {
    scale: 2,
    eatenPx: 18,
    dependsOnTileSize: true,
    sizeRule: { multipleOf: 2, minimumPx: 38, fixed: null },
  },
  'realcugan-se2x-conservative': {
    scale: 2,
    eatenPx: 18,
    dependsOnTileSize: true,
    sizeRule: { multipleOf: 2, minimumPx: 38, fixed: null },
  },
};

describe.skipIf(!hasShared)('ncnn networks of ../shared (SKIPPED where the folder is absent)', () => {
  it('are found', () => expect(goldens.map(({ id }) => id).sort()).toEqual(Object.keys(FACTS).sort()));

  for (const golden of goldens) {
    describe(golden.id, { timeout: PATIENCE_MS }, () => {
      const [param, bin] = golden.models.map((path) => readFileSync(join(SHARED, 'models', path)));
      const network = convertNcnn(param as Uint8Array, bin as Uint8Array);
      const side = 48 + 2 * golden.pad;
      const feeds = { input: mirrored(floatsAt(join('golden', golden.input)), golden.pad) };

      it('meets its golden answer', async () => {
        const answer = await runOnProcessor(network.onnx, feeds);
        const { scale } = network.facts;
        expect(answer.dims).toEqual([1, 3, scale * side, scale * side]);
        const difference = maxDifference(
          cropped(answer, scale * golden.pad),
          floatsAt(join('golden', golden.file)),
        );
        console.warn(`${golden.id}: greatest difference ${difference.toExponential(1)}`);
        expect(difference).toBeLessThanOrEqual(Math.min(1e-3, golden.tolerance));
      });

      it('has facts that follow from its graph', () => {
        const usual = { dependsOnTileSize: false, sizeRule: ANY_SIZE };
        expect(network.facts).toMatchObject({ ...usual, ...FACTS[golden.id] });
        expect(network.facts.eatenPx).toBe(golden.pad);
      });

      it('runs wholly on the graphics card, once its sides are fixed', () => {
        expect(rewriteGraph(network.onnx, { inputDims: [1, 3, side, side] }).leftOnCpu).toEqual([]);
      });
    });
  }
});

/** Relatives of the networks above that are not in the folder: the same but for a few layers. */
const RELATIVES = [
  {
    title: 'Real-CUGAN 3x',
    from: 'realcugan/models-se/up2x-conservative.param',
    changes: [[/(deconv_48 .*) 0=3 .*/, '$1 0=3 1=5 3=3 4=2 5=1 6=4800']],
    facts: { scale: 3, eatenPx: 14, sizeRule: { multipleOf: 4, minimumPx: 32, fixed: null } },
  },
  {
    title: 'Real-CUGAN 4x',
    from: 'realcugan/models-se/up2x-conservative.param',
    changes: [
      [/^55 63$/m, '58 66'],
      [/(deconv_48 .*) 0=3 .*/, '$1 0=64 1=4 3=2 4=3 5=1 6=65536'],
      [/(convrelu_7 .*) 6=864 /, '$1 6=18432 '],
      [/(conv_46 .*) 0=3 .*/, '$1 0=64 1=3 5=1 6=36864'],
      [
        / out0$/m,
        [
          ' 90',
          'Convolution conv_49 1 1 90 91 0=12 1=3 5=1 6=6912',
          'Crop pad_13 1 1 91 92 -23309=2,1,1 -23310=2,-1,-1 -23311=2,-2,-1',
          'PixelShuffle pixelshuffle_66 1 1 92 out0 0=2',
        ].join('\n'),
      ],
    ],
    facts: { scale: 4, eatenPx: 19, sizeRule: { multipleOf: 2, minimumPx: 40, fixed: null } },
  },
  {
    title: 'waifu2x cunet that only removes noise',
    from: 'waifu2x-cunet/scale2.0x_model.param',
    changes: [[/^Deconvolution( +Deconvolution2 .*) 0=3 .*/m, 'Convolution$1 0=3 1=3 5=1 6=1728']],
    facts: { scale: 1, eatenPx: 28, sizeRule: { multipleOf: 4, minimumPx: 60, fixed: null } },
  },
] as const;

describe.skipIf(!hasShared)(
  'relatives of ncnn networks of ../shared (SKIPPED where the folder is absent)',
  () => {
    for (const { title, from, changes, facts } of hasShared ? RELATIVES : []) {
      const original = readFileSync(join(SHARED, 'models/ncnn', from), 'utf8');
      const param = textBytes(changes.reduce((text, [found, put]) => text.replace(found, put), original));
      const network = convertNcnn(
        param,
        binOf(param, (count) => new Array(count).fill(0)),
      );
      const { scale, sizeRule, eatenPx } = network.facts;

      it(`${title}: facts, and the size of its answer`, { timeout: PATIENCE_MS }, async () => {
        expect(network.facts).toMatchObject({ ...facts, dependsOnTileSize: true });
        for (const side of [sizeRule.minimumPx, sizeRule.minimumPx + sizeRule.multipleOf]) {
          const { dims } = await runOnProcessor(network.onnx, { input: floats([1, 3, side, side]) });
          expect(dims).toEqual([1, 3, scale * side, scale * side]);
        }
      });

      it(`${title}: below its shortest side it cannot run`, async () => {
        const side = sizeRule.minimumPx - sizeRule.multipleOf;
        await expect(runOnProcessor(network.onnx, { input: floats([1, 3, side, side]) })).rejects.toThrow();
      });

      it(`${title}: all weights 0 leave ${scale === 4 ? 'the picture, enlarged' : 'nothing'}`, async () => {
        const side = sizeRule.minimumPx + 4;
        const input = floats([1, 3, side, side]);
        const answer = await runOnProcessor(network.onnx, { input });
        const kept = cropped(answer, scale * eatenPx);
        const expected = kept.map((_, i) => {
          const length = Math.sqrt(kept.length / 3);
          const [channel, y, x] = [Math.floor(i / length ** 2), Math.floor(i / length) % length, i % length];
          const source = (place: number) => Math.floor(place / scale) + eatenPx;
          return scale === 4 ? input.values[(channel * side + source(y)) * side + source(x)] : 0;
        });
        expect(kept).toEqual(expected);
      });
    }
  },
);

describe.skipIf(!hasShared)('how far cunet reaches (SKIPPED where ../shared is absent)', () => {
  it('is what running it without its gates shows', { timeout: PATIENCE_MS }, async () => {
    const original = readFileSync(join(SHARED, 'models/ncnn/waifu2x-cunet/scale2.0x_model.param'), 'utf8');
    const param = textBytes(original.replace(/^Scale( +\S+ +)2 1 (\S+) \S+ (\S+) .*$/gm, 'Noop$11 1 $2 $3'));
    // Weights above 0 and no biases, which have the smaller counts: nothing cancels, and all of it fits into float32.
    const network = convertNcnn(
      param,
      binOf(param, (count) => new Array(count).fill(count > 512 ? 0.005 : 0)),
    );
    expect(network.facts).toMatchObject({ receptiveFieldPx: 19, dependsOnTileSize: false });
    expect(await measuredReach(network, { side: 100, lit: 4 })).toBe(19);
  });
});

function floatsAt(path: string): readonly number[] {
  return [...new Float32Array(new Uint8Array(readFileSync(join(SHARED, path))).buffer)];
}

/** The square picture with a mirrored border that does not repeat the edge, as ncnn programs make it. */
function mirrored(values: readonly number[], pad: number): Feed {
  const from = Math.sqrt(values.length / 3);
  const side = from + 2 * pad;
  const at = (i: number) => {
    const inside = Math.abs(i - pad);
    return inside < from ? inside : 2 * (from - 1) - inside;
  };
  const padded = Array.from({ length: 3 * side * side }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    return values[(channel * from + at(y)) * from + at(x)] as number;
  });
  return { dataType: DataType.float32, dims: [1, 3, side, side], values: padded };
}

/** Without so many pixels on each side. */
function cropped({ dims, values }: Answer, px: number): readonly number[] {
  const side = dims[3] as number;
  return values.filter((_, i) => {
    const [y, x] = [Math.floor(i / side) % side, i % side];
    return Math.min(x, y) >= px && Math.max(x, y) < side - px;
  });
}
