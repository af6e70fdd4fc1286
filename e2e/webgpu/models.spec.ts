import { expect, test } from '@playwright/test';
import { failedUpscale, openApp, upscale } from '../fixtures/app.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { type ServedModel, serveModels, toyModel } from '../fixtures/toy-model.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const file = encodePng(photoLike(24, 20, 9));
const whole = toyModel();
const half = whole.slice(0, whole.length / 2);

const BAD: readonly (ServedModel & { code: string; says: RegExp })[] = [
  { id: 'nan', bytes: toyModel({ bias: Number.NaN }), code: 'bad-output', says: /not numbers/ },
  { id: 'zero', bytes: toyModel({ gain: 0 }), code: 'bad-output', says: /all zero/ },
  { id: 'shifted', bytes: toyModel({ bias: 0.5 }), code: 'bad-output', says: /mean is 0\.\d+ away/ },
  { id: 'three-times', bytes: toyModel({ scale: 3 }), code: 'model-unsuitable', says: /\[1, 3, \d+, \d+\]/ },
  { id: 'channels', bytes: toyModel({ channels: 6 }), code: 'model-unsuitable', says: /6 channels/ },
  { id: 'inputs', bytes: toyModel({ secondInput: true }), code: 'model-unsuitable', says: /picture.*other/ },
  { id: 'half', bytes: half, code: 'model-corrupt', says: /not a readable ONNX network/ },
  { id: 'other', bytes: half, claims: { sha256: 'a'.repeat(64) }, code: 'model-corrupt', says: /hash/ },
];

for (const backend of ['webgpu', 'wasm'] as const) {
  test(`a model that cannot upscale is a clear error on ${backend}, and the next model works`, async ({
    page,
    context,
  }) => {
    await serveModels(context, [{ id: 'good', bytes: whole }, ...BAD]);
    await openApp(page);
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
