import type { BrowserContext } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { node, tensor } from '../../src/models/onnx/build.ts';
import { DataType } from '../../src/models/onnx/data-type.ts';
import type { OnnxModel } from '../../src/models/onnx/model.ts';
import { readOnnx } from '../../src/models/onnx/read.ts';
import { writeOnnx } from '../../src/models/onnx/write.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';
import { toyNcnn, zipped } from '../fixtures/toy-weights.ts';

/** The promise: no model keeps the page busy for ever, and what is in an archive is all brought in. */

/** A limit of a minute is over after six seconds, in the worker that brings models in: faults come from below the product. */
async function hurry(context: BrowserContext): Promise<void> {
  await context.route('**/assets/models.worker-*.js', async (route) => {
    const response = await route.fetch();
    const prelude = `{ const later = globalThis.setTimeout;
      globalThis.setTimeout = (work, ms, ...given) => later(work, ms >= 59_000 ? ms / 10 : ms, ...given); }`;
    await route.fulfill({ response, body: `${prelude}\n${await response.text()}` });
  });
}

/** The toy behind so many sines of a picture that is 1024 times as large: each takes some milliseconds. */
function slowModel(sines: number): Uint8Array {
  const model: OnnxModel = readOnnx(toyModel());
  const { graph } = model;
  const first = graph.inputs[0]?.name ?? '';
  const last = graph.outputs[0]?.name ?? '';
  const names = Array.from({ length: sines + 1 }, (_, i) => `sine${i}`);
  const nodes = [
    node('Resize', [first, '', 'scales'], 'sine0', { mode: 'nearest' }),
    ...names.slice(1).map((name, i) => node('Sin', [names[i] as string], name)),
    node('ReduceMean', [`sine${sines}`], 'mean', { axes: [1n, 2n, 3n] }),
    node('Mul', ['mean', 'little'], 'nearly_nothing'),
    node('Add', ['answer', 'nearly_nothing'], last),
  ];
  const own = graph.nodes.map((one) => ({
    ...one,
    outputs: one.outputs.map((name) => (name === last ? 'answer' : name)),
  }));
  const constants = [
    tensor('scales', DataType.float32, [4], [1, 1, 32, 32]),
    tensor('little', DataType.float32, [1], [1e-6]),
  ];
  const initializers = [...graph.initializers, ...constants];
  return writeOnnx({ ...model, graph: { ...graph, nodes: [...own, ...nodes], initializers } });
}

test('a network that does not answer in time is ended, and the next one comes in', async ({
  page,
  context,
}) => {
  await hurry(context);
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop({ name: 'slow.onnx', bytes: slowModel(800) });
  const refusal = await library.wasRefused();
  await expect(refusal).toContainText(
    /The network had not answered a picture of \[1, 3, 48, 64\] after \d+ seconds, and was ended/,
  );
  await refusal.getByRole('button', { name: 'Dismiss' }).click();
  await table.drop({ name: 'quick.onnx', bytes: toyModel() });
  await library.hasArrived('quick');
});

test('a network that is slow can be cancelled at any time', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop({ name: 'slow.onnx', bytes: slowModel(800) });
  await expect(library.arrival).toContainText('Trying it on a small picture');
  await library.arrival.getByRole('button', { name: 'Cancel' }).click();
  await expect(library.arrival).toHaveCount(0);
  await table.drop({ name: 'quick.onnx', bytes: toyModel() });
  await library.hasArrived('quick');
});

test('all models of an archive come in, also those of one name in folders of their own', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const [one, two, three] = [toyNcnn('cunet/scale2'), toyNcnn('upconv/scale2', 0.97), toyNcnn('half')];
  const onnx = { name: 'plain.onnx', bytes: toyModel() };
  await table.drop(zipped('all.zip', [one.param, two.bin, onnx, three.bin, two.param, one.bin]));
  await library.hasArrived('plain');
  await expect(library.halves).toHaveText([/^half\.bin is half/]);
  await library.open();
  for (const name of ['cunet/scale2', 'upconv/scale2', 'plain'])
    await expect(library.item(name)).toBeVisible();
});

test('one refusal for an .onnx whose weights lie beside it, and none for a picture', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop(
    { name: 'x.onnx', bytes: toyModel({ secondInput: true }) },
    { name: 'x.onnx.data', bytes: Uint8Array.of(1, 2, 3, 4) },
  );
  await library.wasRefused();
  await expect(page.getByRole('alert')).toHaveCount(1);
});

test('a pointer of Git LFS under the name of a model is called what it is', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const text = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 67040989\n';
  await table.drop({ name: 'photo.pth', bytes: new TextEncoder().encode(text) });
  await expect(await library.wasRefused()).toContainText('Git LFS');
});

test('tiles of any one size from 9 pixels on are run', async ({ page }) => {
  test.setTimeout(240_000);
  const table = await LightTable.open(page, '?format=png&backend=wasm');
  const library = new ModelLibrary(page);
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(70, 41)) });
  for (const side of [9, 16, 20, 32, 33, 40, 48]) {
    await table.drop({ name: `fixed${side}.onnx`, bytes: fixedModel(side) });
    await library.hasArrived(`fixed${side}`);
    await table.upscale();
    expect(await table.saved(), `${side}`).toMatchObject({ width: 140, height: 82 });
    await table.button('Settings').click();
  }
  await table.drop({ name: 'fixed8.onnx', bytes: fixedModel(8) });
  await expect(await library.wasRefused()).toContainText('tiles of 8 pixels are too small');
});

/** The toy, another one for each side, for pictures of one size only. */
function fixedModel(side: number): Uint8Array {
  const model = readOnnx(toyModel({ gain: 1 - side / 5000 }));
  const inputs = model.graph.inputs.map((input) => ({ ...input, dims: [1, 3, side, side] }));
  return writeOnnx({ ...model, graph: { ...model.graph, inputs } });
}
