import { expect, test } from '@playwright/test';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { toyModel } from '../fixtures/toy-model.ts';
import { toyNcnn, zipped } from '../fixtures/toy-weights.ts';

/** The promise: of an ncnn model, whichever file comes first is kept in sight until the other one is there. */
const onnx = (name: string, gain: number) => ({ name, bytes: toyModel({ gain }) });

test('half of a model waits in sight while others arrive and are refused, and then is one', async ({
  page,
}) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const slow = toyNcnn('slow');
  await table.drop(slow.param, onnx('first.onnx', 1), onnx('second.onnx', 0.97));
  await expect(library.halves).toContainText('slow.param is half of an ncnn model');
  await library.hasArrived('second');
  await expect(library.halves).toHaveCount(1);
  await table.drop({ name: 'two-inputs.onnx', bytes: toyModel({ secondInput: true }) });
  const refusal = await library.wasRefused();
  await refusal.getByRole('button', { name: 'Dismiss' }).click();
  await expect(library.arrival).toHaveCount(0);
  await expect(library.halves, 'what came of others is sent away alone').toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: 'slow.param is half of a model' })).toHaveCount(1);
  await table.drop(onnx('third.onnx', 0.94), slow.bin);
  await library.hasArrived('third');
  await expect(library.halves).toHaveCount(0);
  await library.open();
  await expect(library.item('slow')).toBeVisible();
});

test('halves of different models do not meet; each waits for its own, also in the library', async ({
  page,
}) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const [one, two, packed] = [toyNcnn('one'), toyNcnn('two', 0.98), toyNcnn('packed', 0.96)];
  await table.drop(one.bin);
  await table.drop(two.param);
  await table.drop(zipped('packed.zip', [packed.bin]));
  await expect(library.halves).toHaveText([
    /^one\.bin is half/,
    /^two\.param is half/,
    /^packed\.bin is half/,
  ]);
  await expect(library.arrival, 'nothing was tried that cannot work').toHaveCount(0);
  await table.drop(packed.param);
  await library.hasArrived('packed');

  await library.open();
  await library.show(/On this device/);
  await expect(library.halves).toHaveText([/^one\.bin/, /^two\.param/]);
  const chooser = page.waitForEvent('filechooser');
  await library.dialog.getByRole('button', { name: 'Add from a file' }).click();
  await (await chooser).setFiles([
    { name: one.param.name, mimeType: '', buffer: Buffer.from(one.param.bytes) },
  ]);
  await library.hasArrived('one');
  await expect(library.item('one')).toBeVisible();
  await expect(library.halves).toHaveText([/^two\.param/]);
  await library.halves.getByRole('button', { name: 'Dismiss' }).click();
  await expect(library.halves).toHaveCount(0);
  await library.close();
  await table.drop(two.bin);
  await expect(library.halves, 'what was sent away is gone').toHaveText([/^two\.bin/]);
});
