import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixtureNames, readFixture } from '../../../e2e/fixtures/reference-networks.ts';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { readStateDict } from '../convert/read-state-dict.ts';
import { DataType } from '../onnx/data-type.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { rewriteGraph } from '../onnx/rewrite.ts';
import { type Feed, noise } from '../onnx/test-support.ts';
import { ANY_SIZE, type NetworkFacts } from '../picture-network.ts';
import { networkFromWeights } from './network-from-weights.ts';

const SHARED = fileURLToPath(new URL('../../../../shared', import.meta.url));
const hasShared = existsSync(join(SHARED, 'golden/index.json'));

/** Session after session, on a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

/** What is read off each fixture: architecture, scale, reach in px, and where they differ, the size's multiple and minimum. */
const FACTS: Readonly<Record<string, readonly [string, number, number | null, number?, number?]>> = {
  'compact-1x': ['Compact, 6 features, 2 layers', 1, 4],
  'compact-2x': ['Compact, 6 features, 2 layers', 2, 4],
  'compact-2x-grey': ['Compact, 6 features, 2 layers', 2, 4],
  'compact-3x-alpha': ['Compact, 6 features, 2 layers', 3, 4],
  'compact-leakyrelu': ['Compact, 6 features, 2 layers', 2, 4],
  'compact-relu': ['Compact, 6 features, 2 layers', 2, 4],
  'dat-2x': ['DAT, 8 features, 3 blocks, windows of 2 × 4 px', 2, null, 4, 4],
  'dat-2x-grey': ['DAT, 8 features, 1 blocks, windows of 2 × 4 px', 2, null, 4, 4],
  'dat-3x-light': ['DAT, 8 features, 1 + 1 blocks, windows of 2 × 4 px', 3, null, 4, 4],
  'esrgan-1x-old': ['ESRGAN, 3 features, 2 blocks', 1, 34],
  'esrgan-1x-unshuffle': ['ESRGAN, 4 features, 1 block, pixels folded 4 × 4', 1, 76, 4],
  'esrgan-2x-alpha': ['ESRGAN, 3 features, 1 block', 2, 19],
  'esrgan-2x-grey-unshuffle': ['ESRGAN, 3 features, 1 block, pixels folded 2 × 2', 2, 38, 2],
  'esrgan-2x-unshuffle': ['ESRGAN, 4 features, 1 block, pixels folded 2 × 2', 2, 38, 2],
  'esrgan-3x': ['ESRGAN, 4 features, 1 block', 3, 18],
  'esrgan-4x': ['ESRGAN, 4 features, 1 block', 4, 19],
  'esrgan-4x-grey': ['ESRGAN, 3 features, 1 block', 4, 19],
  'esrgan-4x-old': ['ESRGAN, 4 features, 1 block', 4, 19],
  'esrgan-4x-trunk': ['ESRGAN, 4 features, 1 block', 4, 19],
  'esrgan-8x': ['ESRGAN, 2 features, 1 block', 8, 19],
  'esrgan-plus-2x': ['ESRGAN+, 4 features, 1 block', 2, 19],
  'mosr-2x': ['MoSR, 4 features, 2 blocks', 2, 12],
  'mosr-2x-dysample': ['MoSR, 4 features, 1 block, DySample', 2, null],
  'mosr-2x-grey': ['MoSR, 4 features, 1 block, DySample', 2, null],
  'mosr-3x-alpha': ['MoSR, 2 features, 1 block', 3, 7],
  'mosr-3x-ensemble': ['MoSR, 2 features, 1 block', 3, 7],
  'omni-sr': ['OmniSR, 4 features, 1 × 1 blocks, windows of 4 px', 2, null, 4, 15],
  'omni-sr-grey': ['OmniSR, 4 features, 1 × 1 blocks, windows of 4 px', 2, null, 4, 15],
  'plksr-ccm': ['PLKSR, 8 features, 2 blocks, kernel 5', 2, 10],
  'plksr-iccm': ['PLKSR, 8 features, 1 block, kernel 5', 4, 5],
  'real-plksr-alpha': ['RealPLKSR, 8 features, 1 block, kernel 5, LayerNorm', 2, 6],
  'real-plksr-dysample': ['RealPLKSR, 8 features, 1 block, kernel 5, DySample', 2, null],
  'real-plksr-grey': ['RealPLKSR, 8 features, 1 block, kernel 5, DySample', 2, null],
  'real-plksr-group': ['RealPLKSR, 8 features, 1 block, kernel 5', 2, 7],
  'real-plksr-layer': ['RealPLKSR, 8 features, 1 block, kernel 5, LayerNorm', 3, 6],
  'safmn-2x': ['SAFMN, 8 features, 2 blocks', 2, 34, 8, 8],
  'safmn-2x-alpha': ['SAFMN, 8 features, 1 block', 2, 18, 8, 8],
  'span-branches': ['SPAN, 2 features', 2, 21],
  'span-grey': ['SPAN, 2 features, input not normalised', 2, 21],
  'span-no-norm': ['SPAN, 2 features, input not normalised', 2, 21],
  'swinir-1x-grey': ['SwinIR, 4 features, 2 blocks, windows of 7 px', 1, null, 7, 7],
  'swinir-1x-jpeg': ['SwinIR, 4 features, 2 blocks, windows of 7 px', 1, null, 7, 7],
  'swinir-2x': ['SwinIR, 4 features, 2 + 2 blocks, windows of 3 px', 2, null, 3, 3],
  'swinir-2x-alpha': ['SwinIR, 4 features, 2 blocks, windows of 3 px', 2, null, 3, 3],
  'swinir-3x-light': ['SwinIR, 4 features, 2 blocks, windows of 3 px', 3, null, 3, 3],
  'swinir-4x-real': ['SwinIR, 4 features, 3 blocks, windows of 3 px', 4, null, 3, 3],
};

describe('networks that PyTorch ran', { timeout: PATIENCE_MS }, () => {
  it('are all listed here', () => {
    expect([...fixtureNames()].sort()).toEqual(Object.keys(FACTS).sort());
  });

  for (const [name, [architecture, scale, receptiveFieldPx, multipleOf = 1, minimumPx = 1]] of Object.entries(
    FACTS,
  )) {
    describe(name, () => {
      const { dict, input, output } = readFixture(name);
      const { onnx, facts } = networkFromWeights(dict);
      const channels = /-grey\b/.test(name) ? 1 : name.endsWith('-alpha') ? 4 : 3;
      const largest = output.values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);

      it('is known for what it is', () => {
        expect(facts).toMatchObject({ architecture, scale, receptiveFieldPx });
        expect(facts.sizeRule).toEqual({ ...ANY_SIZE, multipleOf, minimumPx });
        expect(facts.form).toMatchObject({
          inputChannels: channels,
          outputChannels: channels,
          precision: 'float32',
          knownBy: { channels: 'architecture' },
        });
      });

      it('gives the same answer', async () => {
        const answer = await runOnProcessor(onnx, { input });
        expect(answer.dims).toEqual(output.dims);
        expect(maxDifference(answer.values, output.values)).toBeLessThan(1e-5 * largest);
      });

      // Statistics of the whole input reach everywhere; what is counted then is the convolutions' reach.
      if (receptiveFieldPx !== null && !facts.dependsOnTileSize) {
        it('reaches as far as it says', async () => {
          expect(await reachOf(onnx, facts)).toBe(receptiveFieldPx);
        });
      }

      it('runs on WebGPU to its last operator, with the same answer', async () => {
        const { model, leftOnCpu } = rewriteGraph(onnx, { inputDims: input.dims });
        expect(leftOnCpu).toEqual([]);
        const answer = await runOnProcessor(model, { input });
        expect(maxDifference(answer.values, output.values)).toBeLessThan(1e-5 * largest);
      });
    });
  }
});

/**
 * How far, in source pixels, the values of one column change the answer, wherever it is. They are no numbers, which nothing
 * can hide but pooling, where they are another number.
 */
async function reachOf(onnx: OnnxModel, facts: NetworkFacts): Promise<number> {
  const { multipleOf } = facts.sizeRule;
  const changed = onnx.graph.nodes.some(({ opType }) => opType === 'MaxPool') ? 9 : Number.NaN;
  const [rows, middle] = [4 * multipleOf, 100 - (100 % multipleOf)];
  const columns = 2 * middle + multipleOf;
  const picture = noise(3 * rows * columns, 1);
  const answerTo = (values: readonly number[]) =>
    runOnProcessor(onnx, { input: { dataType: DataType.float32, dims: [1, 3, rows, columns], values } });
  const before = await answerTo(picture);
  let reach = 0;
  for (let column = middle; column < middle + multipleOf; column++) {
    const after = await answerTo(picture.map((value, i) => (i % columns === column ? changed : value)));
    for (const [i, value] of after.values.entries()) {
      if (Object.is(value, before.values[i])) continue;
      const source = Math.floor((i % (columns * facts.scale)) / facts.scale);
      reach = Math.max(reach, Math.abs(source - column));
    }
  }
  return reach;
}

type Golden = { readonly models: readonly string[]; readonly file: string; readonly tolerance: number };

/** Weights of ../shared, with what they have to answer; each is a file of its own. */
const goldens = hasShared
  ? (JSON.parse(readFileSync(join(SHARED, 'golden/index.json'), 'utf8')).entries as Golden[]).flatMap(
      ({ models, ...golden }) =>
        models.filter((path) => /\.(pth|safetensors)$/.test(path)).map((path) => ({ path, ...golden })),
    )
  : [];

describe.skipIf(!hasShared)('models of ../shared (SKIPPED where the folder is absent)', () => {
  it('are found', () => expect(goldens.length).toBe(5));

  for (const { path, file, tolerance } of goldens) {
    it(`${path} gives its golden picture`, { timeout: PATIENCE_MS }, async ({ annotate }) => {
      const { onnx, facts } = networkFromWeights(readStateDict(readFileSync(join(SHARED, 'models', path))));
      expect(facts.form.precision).toBe(path.includes('fp16') ? 'float16' : 'float32');
      const input = picture('input_chelsea_48.f32', [1, 3, 48, 48]);
      const answer = await runOnProcessor(onnx, { input });
      expect(answer.dims).toEqual([1, 3, 192, 192]);
      const difference = maxDifference(answer.values, picture(file, answer.dims).values);
      await annotate(`largest difference ${difference.toExponential(1)}`);
      expect(difference).toBeLessThan(tolerance);
    });
  }

  it.each(['pth/team23_safmnpp.pth', 'pth/imdn_model_RTC.pth'])('%s is refused by name', (path) => {
    const dict = readStateDict(readFileSync(join(SHARED, 'models', path)));
    const name = path.includes('safmn') ? 'SAFMN++' : 'IMDN';
    expect(() => networkFromWeights(dict)).toThrow(
      `These are weights of ${name}, an architecture that Tessera`,
    );
  });

  it('nearly all weights of the largest are views into its file', () => {
    const file = readFileSync(join(SHARED, 'models/safetensors/RealESRGAN_x4plus.safetensors'));
    const { initializers } = networkFromWeights(readStateDict(file)).onnx.graph;
    const copied = initializers.filter(({ bytes }) => bytes.buffer !== file.buffer);
    const copiedBytes = copied.reduce((sum, { bytes }) => sum + bytes.length, 0);
    // The two convolutions of repeated pixels, each with sixteen ninths of the file's numbers.
    expect(copiedBytes).toBeLessThan(0.01 * file.length);
  });
});

function picture(file: string, dims: readonly number[]): Feed {
  const { buffer, byteOffset, length } = readFileSync(join(SHARED, 'golden', file));
  return { dataType: DataType.float32, dims, values: [...new Float32Array(buffer, byteOffset, length / 4)] };
}
