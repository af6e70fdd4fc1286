import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { type AttributeValues, node } from '../../src/models/onnx/build.ts';
import type { OnnxModel } from '../../src/models/onnx/model.ts';
import { readOnnx } from '../../src/models/onnx/read.ts';
import { fixDimensions } from '../../src/models/onnx/rewrites/fix-dimensions.ts';
import { writeOnnx } from '../../src/models/onnx/write.ts';
import type {} from '../../src/page-api.ts';
import { largestDifference, upscale } from '../fixtures/app.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';

/** The promise: what an .onnx file does not say of itself is found out by running it, and tiles obey it. */
const app = onePage();

/** The built-in model with other nodes in front of its own. */
function withFirst(...first: readonly [opType: string, attributes: AttributeValues][]): OnnxModel {
  const model = readOnnx(readFileSync('public/models/fast-2x.onnx'));
  const [input] = model.graph.inputs;
  const names = [input?.name ?? '', ...first.map((_, i) => `first${i}`)];
  const added = first.map(([opType, attributes], i) =>
    node(opType, [names[i] as string], names[i + 1] as string, attributes),
  );
  const nodes = model.graph.nodes.map((one) => ({
    ...one,
    inputs: one.inputs.map((name) => (name === names[0] ? (names.at(-1) as string) : name)),
  }));
  return { ...model, graph: { ...model.graph, nodes: [...added, ...nodes] } };
}

/** Adds it on the page: what was found out, or the error. */
function add(model: OnnxModel) {
  return app().page.evaluate(
    async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      try {
        const { id, sizeRule, scale } = await tessera.models.add([new File([bytes], 'mine.onnx')]);
        return { id, sizeRule, scale, code: '', message: '' };
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return { id: '', sizeRule: null, scale: 0, code, message };
      }
    },
    Buffer.from(writeOnnx(model)).toString('base64'),
  );
}

async function expectSameAsBuiltIn(id: string) {
  const { page } = app();
  const file = encodePng(photoLike(150, 93, 5));
  const own = await upscale(page, { file, options: { model: id, backend: 'wasm', tile: 64 } });
  const builtIn = await upscale(page, { file, options: { model: 'fast-2x', backend: 'wasm' } });
  expect(largestDifference(own.pixels, builtIn.pixels)).toBeLessThanOrEqual(1);
  return own.report;
}

test('a network of one size, not a square, is tiled at that size', async () => {
  const model = readOnnx(readFileSync('public/models/fast-2x.onnx'));
  const added = await add({ ...model, graph: fixDimensions(model.graph, [1, 3, 64, 80]) });
  expect(added).toMatchObject({ scale: 2, sizeRule: { fixed: { width: 80, height: 64 } } });
  const report = await expectSameAsBuiltIn(added.id);
  expect(report).toMatchObject({ paddedTile: { width: 80, height: 64 }, tileSizesTried: [48] });
  expect(report.tilesRun).toBeGreaterThan(4);
});

test('a network that refuses most sizes is asked again and again, and gets sides that it takes', async () => {
  const added = await add(
    withFirst(['SpaceToDepth', { blocksize: 4n }], ['DepthToSpace', { blocksize: 4n }]),
  );
  expect(added).toMatchObject({ code: '', scale: 2, sizeRule: { multipleOf: 4, fixed: null } });
  const { paddedTile } = await expectSameAsBuiltIn(added.id);
  expect([paddedTile.width % 4, paddedTile.height % 4]).toEqual([0, 0]);
});

test('an operator that nobody has is named', async () => {
  const { code, message } = await add(withFirst(['Brighten', {}]));
  expect(code).toBe('model-unsupported');
  expect(message).toContain('Brighten');
});
