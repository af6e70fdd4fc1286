import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Answer, maxDifference, runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { DataType } from '../../onnx/data-type.ts';
import { rewriteGraph } from '../../onnx/rewrite.ts';
import type { Feed } from '../../onnx/test-support.ts';
import type { NetworkFacts } from '../../picture-network.ts';
import { convertNcnn } from './convert-ncnn.ts';

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

/** What has to be found out of the graph alone. */
const FACTS: Readonly<Record<string, Partial<NetworkFacts>>> = {
  'realesr-general-x4v3': { scale: 4, eatenPx: 0, receptiveFieldPx: 34 },
  'realesr-general-wdn-x4v3': { scale: 4, eatenPx: 0, receptiveFieldPx: 34 },
  'realesr-animevideov3-x4': { scale: 4, eatenPx: 0, receptiveFieldPx: 18 },
  // The answer of the 4x network, reduced with the neighbours of one pixel more.
  'realesr-animevideov3-x3': { scale: 3, eatenPx: 0, receptiveFieldPx: 19 },
  'realesr-animevideov3-x2': { scale: 2, eatenPx: 0, receptiveFieldPx: 19 },
  'waifu2x-upconv7-photo': { scale: 2, eatenPx: 7, receptiveFieldPx: 7 },
  'waifu2x-cunet': { scale: 2, eatenPx: 18, dependsOnTileSize: true },
  'realcugan-se2x-conservative': { scale: 2, eatenPx: 18, dependsOnTileSize: true },
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
        expect(network.facts).toMatchObject({ dependsOnTileSize: false, ...FACTS[golden.id] });
        expect(network.facts.eatenPx).toBe(golden.pad);

      });

      it('runs wholly on the graphics card, once its sides are fixed', () => {
        expect(rewriteGraph(network.onnx, { inputDims: [1, 3, side, side] }).leftOnCpu).toEqual([]);
      });
    });
  }
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
