import { expect, test } from '@playwright/test';
import { LightTable } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: nothing leaves the origin, and nothing is complained about behind the scenes. */
test('a whole visit: no message on the console, no error, no request to anybody else', async ({
  page,
  context,
  baseURL,
}) => {
  const heard: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on('worker', (worker) => worker.on('console', (message) => heard.push(`worker: ${message.text()}`)));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('crash', () => heard.push('crash'));
  // Of the context: requests of workers and of the service worker, too.
  context.on('request', (request) => asked.push(request.url()));
  context.on('requestfailed', (request) => heard.push(`failed: ${request.url()}`));
  context.on('response', (response) => {
    if (response.status() >= 400) heard.push(`${response.status()}: ${response.url()}`);
  });

  // Not through `LightTable.open`: what is kept for offline use belongs to a visit.
  const table = new LightTable(page);
  await page.goto('./?model=fast-2x&tile=32&backend=wasm');
  await expect(page.getByText('Ready offline')).toBeVisible({ timeout: 60_000 });
  await table.drop({ name: 'drawn.png', bytes: encodePng(photoLike(320, 240)) });
  await table.isIn('picked');
  await table.start.click();
  await table.isInTheMiddle();
  await table.cancel.click();
  await table.isIn('cancelled');
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(40, 30)) });
  await table.radio('WebP').check();
  await table.upscale();
  await table.divider.press('Home');
  await table.button('100 %').click();
  await table.saved();
  await table.offer({ name: 'text.png', bytes: new TextEncoder().encode('no picture') });
  await expect(table.alert).toHaveAttribute('data-code', 'not-a-picture');
  await table.button('Start over').click();
  await table.isIn('empty');
  await page.getByTestId('system').click();
  await page.keyboard.press('Escape');
  await page.reload();
  await table.isIn('empty');

  expect(heard).toEqual([]);
  const elsewhere = asked.filter((url) => !url.startsWith(baseURL ?? '-') && !/^(?:blob|data):/.test(url));
  expect(elsewhere, 'requests that leave the origin').toEqual([]);
  expect(
    asked.some((url) => url.includes('/models/fast-2x.onnx')),
    'requests of workers are seen',
  ).toBe(true);
});
