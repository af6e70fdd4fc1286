import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { expectNoViolation } from '../fixtures/everybody.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { allowPlainHosts } from '../fixtures/plain-hosts.ts';
import { startRudeServer } from '../fixtures/rude-server.mjs';
import { toyModel } from '../fixtures/toy-model.ts';

/** The promise: a link may name any model; nobody is asked for it before the person has seen what it is, and agreed. */
const TOY = toyModel();
const OTHER_TOY = toyModel({ gain: 0.9 });
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const PICTURE = { name: 'drawn.png', bytes: encodePng(photoLike(40, 30)) };
const HOST = 'https://models.example';
const CORS = { 'access-control-allow-origin': '*', 'content-type': 'application/octet-stream' };
const WDN = '../shared/models/ncnn/realesrgan/RealESRGAN_General_WDN_x4_v3';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block', permissions: ['clipboard-read', 'clipboard-write'] });

/** A public host of these files; tells which were asked for. */
async function serve(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<string[]> {
  const asked: string[] = [];
  await page.context().route(`${HOST}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    const bytes = files[pathname];
    if (!bytes) return route.fulfill({ status: 404, headers: CORS });
    return route.fulfill({ body: Buffer.from(bytes), headers: CORS });
  });
  return asked;
}

const dialogOf = (page: Page) =>
  page.getByRole('dialog', { name: /^Download (?:this model|these models)\?$/ });
const download = (page: Page) => page.getByRole('button', { name: /^Download/ });
const search = (page: Page) => new URL(page.url()).search;
const fileLink = (url: string, sha256?: string) =>
  encodeURIComponent(sha256 ? `${url}#sha256=${sha256}` : url);

test('asks first, downloads, chooses and obeys the rest; the copied link does the same for others', async ({
  page,
  browser,
  baseURL,
}) => {
  const asked = await serve(page, { '/nets/toy.onnx': TOY });
  const table = await LightTable.open(page, `?model=${HOST}/nets/toy.onnx&format=webp#sha256=${hashOf(TOY)}`);
  const dialog = dialogOf(page);
  await expect(dialog).toContainText('models.example');
  await expect(dialog).toContainText('toy.onnx');
  await expect(dialog).toContainText(hashOf(TOY));
  await expect(dialog).toContainText('the host has not been asked yet');
  await expect(dialog).toContainText('Not known');
  await page.waitForTimeout(300);
  expect(asked, 'nothing was fetched before').toEqual([]);
  await download(page).click();
  await expect(table.radio('toy 2×')).toBeChecked();
  await expect(table.radio('WebP')).toBeChecked();
  expect(asked).toEqual(['/nets/toy.onnx']);
  const link = `?model=${fileLink(`${HOST}/nets/toy.onnx`, hashOf(TOY))}&format=webp`;
  await expect.poll(() => search(page)).toBe(link);

  await table.pick(PICTURE);
  await table.upscale();
  expect(await table.saved()).toMatchObject({ type: 'webp', width: 80, height: 60 });
  await table.button('Copy link').click();
  await expect(table.button('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(copied).search).toBe(link);

  await page.reload();
  await expect(table.radio('toy 2×'), 'what is here is not asked for again').toBeChecked();
  await expect(dialog).toHaveCount(0);
  expect(asked).toHaveLength(1);

  const elsewhere = await browser.newContext({ ...(baseURL ? { baseURL } : {}), serviceWorkers: 'block' });
  const other = await elsewhere.newPage();
  const askedThere = await serve(other, {});
  await LightTable.open(other, new URL(copied).search);
  await expect(dialogOf(other)).toContainText(hashOf(TOY));
  await other.getByRole('button', { name: 'Not now' }).click();
  await expect.poll(() => search(other)).toBe('?format=webp');
  expect(askedThere).toEqual([]);
  await elsewhere.close();
});

test('each way in which a host fails has a message of its own, and trying again helps when it can', async ({
  page,
}) => {
  const server = await startRudeServer(TOY);
  await page.context().grantPermissions(['local-network-access']);
  await allowPlainHosts(page.context());
  const messages: string[] = [];
  for (const [path, heading, said] of [
    ['other-file', 'The model arrived damaged', 'another one than agreed'],
    ['redirect-elsewhere', 'The download did not arrive', 'does not name before it is followed'],
    ['page', 'The download did not arrive', 'a web page in place of a model'],
    ['no-cors', 'The download did not arrive', 'no answer'],
    ['missing', 'The download did not arrive', 'There is no such file'],
    ['huge', 'The download did not arrive', '5'],
    ['stall', 'The download did not arrive', 'sent nothing for'],
  ] as const) {
    await LightTable.open(page, `?model=${fileLink(server.url(path), hashOf(TOY))}`);
    await expect(dialogOf(page)).toBeVisible();
    expect(server.asked, `${path} is not asked before`).toHaveLength(messages.length);
    await download(page).click();
    const dialog = page.getByRole('dialog', { name: heading });
    await expect(dialog.getByRole('alert')).toContainText(said);
    messages.push((await dialog.getByRole('alert').textContent()) ?? '');
  }
  expect(new Set(messages).size).toBe(messages.length);
  // The rest of a file that stalled comes with the next try.
  await table(page).button('Resume').click();
  await expect(table(page).radio('stall 2×')).toBeChecked();
  await server.close();
});

const table = (page: Page) => new LightTable(page);

test('a link that is none is not followed, and says why', async ({ page }) => {
  for (const [bad, why] of [
    ['http://models.example/x.pth', 'does not begin with https://'],
    ['javascript:alert(1)', 'does not begin with https://'],
    ['https://me:secret@models.example/x.pth', 'a user name or a password'],
  ] as const) {
    const at = await LightTable.open(page, `?model=${encodeURIComponent(bad)}&format=jpeg`);
    await expect(at.notes.filter({ hasText: 'link' })).toContainText(why);
    await expect(dialogOf(page)).toHaveCount(0);
    await expect(at.radio('JPEG')).toBeChecked();
  }
});

test('a recipe by link: two models are asked for at once, and blended', async ({ page }) => {
  const asked = await serve(page, { '/a.onnx': TOY, '/b.onnx': OTHER_TOY });
  const files = [`${HOST}/a.onnx`, `${HOST}/b.onnx`].map((url) => `&file=${fileLink(url)}`).join('');
  const at = await LightTable.open(page, `?model=file-1.file-2.30&scale=2${files}`);
  await expect(dialogOf(page)).toContainText('No hash');
  await download(page).click();
  await expect.poll(() => search(page)).toContain('model=file-1.file-2.30&file=https');
  await expect.poll(() => search(page)).toContain(hashOf(OTHER_TOY));
  expect(asked).toEqual(['/a.onnx', '/b.onnx']);
  await at.pick(PICTURE);
  await at.upscale();
  expect(await at.saved()).toMatchObject({ width: 80, height: 60 });
});

test('a model that is only here cannot be carried, and the link says so', async ({ page }) => {
  const at = await LightTable.open(page, '?format=jpeg');
  await at.offer({ name: 'mine.onnx', bytes: TOY });
  await expect(at.radio('mine 2×')).toBeChecked();
  await at.pick(PICTURE);
  await at.upscale();
  await at.button('Copy link').click();
  await expect(at.notes.filter({ hasText: 'on this device only' })).toContainText('“mine”');
  expect(new URL(await page.evaluate(() => navigator.clipboard.readText())).search).toBe('?format=jpeg');
});

test.describe('with a model of ../shared', () => {
  test.skip(!existsSync(`${WDN}.bin`), `${WDN} is missing`);

  test('a known model of two files tells its name, size and licence before it is fetched', async ({
    page,
  }) => {
    const [param, bin] = [readFileSync(`${WDN}.param`), readFileSync(`${WDN}.bin`)];
    const asked = await serve(page, { '/x.param': param, '/x.bin': bin });
    const files = `${HOST}/x.param#sha256=${hashOf(param)},${HOST}/x.bin#sha256=${hashOf(bin)}`;
    await LightTable.open(page, `?model=${encodeURIComponent(files)}`);
    await expect(dialogOf(page)).toContainText(/General v3, weak denoise/);
    await expect(dialogOf(page)).toContainText('BSD-3-Clause');
    expect(asked).toEqual([]);
    await page.getByRole('button', { name: 'Download (2.4 MB)' }).click();
    await expect(page.getByRole('radio', { name: /General v3, weak denoise/ })).toBeChecked();
    expect(asked).toEqual(['/x.param', '/x.bin']);
    await expect.poll(() => search(page)).toBe(`?model=${encodeURIComponent(files)}`);
  });
});

test.describe('for everybody', () => {
  // axe is a script of its own, which the content policy rightly refuses.
  test.use({ bypassCSP: true });

  test('axe: the question and the failure', async ({ page }) => {
    await serve(page, {});
    await LightTable.open(page, `?model=${fileLink(`${HOST}/gone.pth`, hashOf(TOY))}`);
    await expectNoViolation(page, 'the question');
    await page.setViewportSize({ width: 390, height: 844 });
    await download(page).click();
    await expect(page.getByRole('alert')).toContainText('no such file');
    await expectNoViolation(page, 'the failure on a phone');
  });
});
