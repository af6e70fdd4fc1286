import { expect, test } from '@playwright/test';
import { failedUpscale, upscale } from '../fixtures/app.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { type ServedModel, toyModel } from '../fixtures/toy-model.ts';

const file = encodePng(photoLike(24, 20, 9));
const whole = toyModel();
const half = whole.slice(0, whole.length / 2);

/** Those whose answers are no pictures are in the contract. */
const BAD: readonly (ServedModel & { code: string; says: RegExp })[] = [
  { id: 'three-times', bytes: toyModel({ scale: 3 }), code: 'model-unsuitable', says: /\[1, 3, \d+, \d+\]/ },
  { id: 'channels', bytes: toyModel({ channels: 6 }), code: 'model-unsuitable', says: /6 channels/ },
  { id: 'inputs', bytes: toyModel({ secondInput: true }), code: 'model-unsuitable', says: /picture.*other/ },
  { id: 'half', bytes: half, code: 'model-corrupt', says: /not a readable ONNX network/ },
  { id: 'other', bytes: half, claims: { sha256: 'a'.repeat(64) }, code: 'model-corrupt', says: /hash/ },
];

const table = onePage([{ id: 'good', bytes: whole }, ...BAD]);

for (const backend of ['webgpu', 'wasm'] as const) {
  test(`a model that cannot upscale is a clear error on ${backend}, and the next model works`, async () => {
    const { page } = table();
    for (const { id, code, says } of BAD) {
      await test.step(id, async () => {
        const error = await failedUpscale(page, { file, options: { model: id, backend, context: 4 } });
        expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
      });
    }
    const { report } = await upscale(page, { file, options: { model: 'good', backend, context: 4 } });
    expect(report).toMatchObject({ backend, model: { id: 'good' } });
  });
}
