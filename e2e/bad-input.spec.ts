import { deflateSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { LightTable, type PersonsFile } from './fixtures/light-table.ts';
import {
  encodePng,
  hugeHeader,
  photoLike,
  pngChunk,
  textNamedPng,
  truncated,
  zeroBytes,
} from './fixtures/pictures.ts';

/** The promise: bad input is said clearly, with numbers and a way on, and costs nothing that was there. */
const GOOD = { name: 'good.png', bytes: encodePng(photoLike(24, 18)) };

const BAD_FILES = [
  {
    what: 'a text named .png',
    bytes: textNamedPng(),
    code: 'not-a-picture',
    says: /not a picture|no picture/i,
  },
  { what: 'no bytes at all', bytes: zeroBytes(), code: 'empty-file', says: /empty|no bytes|0 bytes/i },
  {
    what: 'half a PNG',
    bytes: truncated(encodePng(photoLike(64, 48))),
    code: 'picture-broken',
    says: /64 × 48/,
  },
  {
    what: 'a header of 60000 × 60000',
    bytes: hugeHeader(),
    code: 'picture-too-large',
    says: /60,000 × 60,000 pixels.*268 megapixels.*65,535 pixels a side/,
  },
];

for (const { what, bytes, code, says } of BAD_FILES) {
  test(`${what}: said so, and the page works on`, async ({ page }) => {
    const table = await LightTable.open(page, '?model=fast-2x');
    const bad = { name: 'bad.png', bytes };
    const alert = table.alert.filter({ hasText: '“bad.png” was not opened.' });

    await table.drop(bad);
    await expect(alert).toHaveAttribute('data-code', code);
    await expect(alert).toContainText(says);
    await expect(alert.getByRole('paragraph'), 'what happened, and what to do').toHaveCount(2);
    await table.isIn('empty');
    await expect(table.start).toBeDisabled();

    await table.pick(GOOD);
    await expect(alert, 'a good picture takes the message away').toHaveCount(0);
    await table.offer(bad);
    await expect(alert).toHaveAttribute('data-code', code);
    await table.isIn('picked');
    await expect(table.viewer, 'the good picture is still there').toHaveAccessibleName(
      'good.png, 24 × 18 pixels',
    );
    await table.upscale();
    expect(await table.saved()).toMatchObject({ name: 'good_fast-2x.png', width: 48, height: 36 });

    await table.offer(bad);
    await expect(alert).toHaveAttribute('data-code', code);
    await table.isIn('done');
    await expect(table.save, 'the result is still there').toBeVisible();
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toHaveCount(0);
  });
}

type TooLarge = {
  readonly what: string;
  readonly search: string;
  readonly picture: () => PersonsFile;
  readonly says: string;
  readonly fix: string;
  readonly result?: { readonly type: string; readonly width: number; readonly height: number };
};

const TOO_LARGE: readonly TooLarge[] = [
  {
    what: 'WebP',
    search: '?model=fast-2x&format=webp',
    picture: () => flat(8200, 6),
    says: 'The result would be 16,400 × 12 pixels. WebP can hold 16,383 pixels a side.',
    fix: 'Use PNG',
    result: { type: 'png', width: 16_400, height: 12 },
  },
  {
    what: 'JPEG',
    search: '?model=fast-2x&format=jpeg',
    picture: () => flat(4, 32_760),
    says: 'The result would be 8 × 65,520 pixels. JPEG can hold 65,500 pixels a side.',
    fix: 'Use PNG',
  },
  {
    what: 'a side of the canvas',
    search: '',
    picture: () => flat(16_400, 2),
    says: 'The result would be 65,600 × 8 pixels. A browser can hold 65,535 pixels a side.',
    fix: 'Use 3×',
  },
  {
    what: 'the area of the canvas',
    search: '',
    picture: () => oneBit(4200, 4200),
    says: 'The result would be 16,800 × 16,800 pixels, 282 megapixels. A browser can hold 268 megapixels.',
    fix: 'Use 3×',
  },
];

for (const { what, search, picture, says, fix, result } of TOO_LARGE) {
  test(`too large for ${what}: refused before starting, with a way out`, async ({ page }) => {
    const table = await LightTable.open(page, search);
    await table.pick(picture());
    await expect(table.alert).toContainText('Too large to make here');
    await expect(table.alert).toContainText(says);
    await expect(table.start).toBeDisabled();
    await page.keyboard.press('u');
    await table.isIn('picked');

    await table.alert.getByRole('button', { name: fix }).click();
    await expect(table.alert).toHaveCount(0);
    await expect(table.start).toBeEnabled();
    if (result) {
      await table.upscale();
      expect(await table.saved()).toMatchObject(result);
    }
    await table.pick(GOOD);
    await table.upscale();
  });
}

test('WebGPU forced where there is none: it fails, says so, and offers what works', async ({ page }) => {
  const table = await LightTable.open(page, '?backend=webgpu&model=fast-2x');
  await expect(page.getByTestId('system')).toHaveText('WebGPU · not available');
  await table.pick(GOOD);
  await table.start.click();
  await table.isIn('failed');
  await expect(table.alert).toHaveAttribute('data-code', 'backend-unavailable');
  await expect(table.alert).toContainText('The chosen backend is not available');
  await expect(table.alert).toContainText('Your picture and settings are still here.');
  await expect(table.viewer).toHaveAccessibleName('good.png, 24 × 18 pixels');

  await table.start.click();
  await table.isIn('failed');
  await table.button('Use automatic').click();
  await table.isIn('done');
  await expect(page.getByTestId('system')).toHaveText(/^WASM · \d+ threads?$/);
  await expect.poll(() => new URL(page.url()).search).toBe('?model=fast-2x');
  expect(await table.saved()).toMatchObject({ width: 48, height: 36 });
});

test('a model that cannot be fetched: it fails, and trying again works when it can', async ({
  page,
  context,
}) => {
  const table = await LightTable.open(page, '?model=fast-2x');
  const model = '**/models/fast-2x.onnx*';
  await context.route(model, (route) => route.fulfill({ status: 404 }));
  await table.pick(GOOD);
  await table.start.click();
  await table.isIn('failed');
  await expect(table.alert).toHaveAttribute('data-code', 'model-missing');
  await context.unroute(model);
  await expect(table.start).toHaveText('Try again');
  await table.upscale();
});

test('a model that arrives damaged is not run', async ({ page, context }) => {
  const table = await LightTable.open(page, '?model=fast-2x');
  const model = '**/models/fast-2x.onnx*';
  await context.route(model, (route) =>
    route.fulfill({ body: 'cut', contentType: 'application/octet-stream' }),
  );
  await table.pick(GOOD);
  await table.start.click();
  await table.isIn('failed');
  await expect(table.alert).toHaveAttribute('data-code', 'model-corrupt');
  await context.unroute(model);
  await table.upscale();
});

function flat(width: number, height: number): PersonsFile {
  return {
    name: 'long.png',
    bytes: encodePng({ width, height, rgb: new Uint8Array(width * height * 3).fill(90) }),
  };
}

/** A black picture of few bytes, of which the browser makes many. */
function oneBit(width: number, height: number): PersonsFile {
  const empty = encodePng({ width: 1, height: 1, rgb: new Uint8Array(3) });
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 1;
  const pixels = deflateSync(new Uint8Array((Math.ceil(width / 8) + 1) * height));
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', pixels), pngChunk('IEND', new Uint8Array(0))];
  return { name: 'black.png', bytes: Buffer.concat([empty.subarray(0, 8), ...chunks]) };
}
