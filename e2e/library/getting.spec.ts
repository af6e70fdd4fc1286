import { createHash } from 'node:crypto';
import type { BrowserContext, Request, Route } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/** The promise: a model is fetched when the person has seen from where, and agreed; and what arrives is what was meant. */
// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const FILE = toyModel();
const HOST = 'models.example';
const SMALL = { name: 'small.png', bytes: encodePng(photoLike(40, 30)) };
/** As a host sends it that lets other pages read its files. */
const OPEN = { 'access-control-allow-origin': '*', 'content-type': 'application/octet-stream' };

/** Puts one offer into the catalog, and answers its host's requests. @returns the requests so far */
async function offerToy(context: BrowserContext, answer: (route: Route) => Promise<void>) {
  const asked: Request[] = [];
  await context.route('**/models/catalog.json', async (route) => {
    const response = await route.fetch();
    const catalog = await response.json();
    const sha256 = createHash('sha256').update(FILE).digest('hex');
    const offer = {
      id: 'toy-skies',
      name: 'Toy skies',
      uses: ['anime', 'text'],
      description: 'Skies, for tests.',
      scale: 2,
      architecture: 'Compact',
      licence: 'CC-BY-NC-4.0',
      author: 'Somebody',
      files: [{ url: `https://${HOST}/skies/toy.onnx`, bytes: FILE.length, sha256 }],
    };
    await route.fulfill({ response, json: { ...catalog, offers: [offer, ...catalog.offers] } });
  });
  await context.route(`https://${HOST}/**`, async (route) => {
    asked.push(route.request());
    await answer(route);
  });
  return asked;
}

const send = (route: Route, body: Uint8Array = FILE) =>
  route.fulfill({ body: Buffer.from(body), headers: OPEN });

test('an offer is found, asked about, downloaded, and used without a network', async ({ page, context }) => {
  let held: Route | null = null;
  const asked = await offerToy(context, async (route) => {
    // The first one is left waiting, so that it can be cancelled.
    if (held) return send(route);
    held = route;
  });
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await page.getByRole('button', { name: 'Add or get models…' }).click();
  await library.dialog.getByRole('combobox', { name: 'Good for' }).selectOption('Text');
  await expect(library.dialog).toContainText('1 model to download.');
  await library.dialog.getByRole('combobox', { name: 'Good for' }).selectOption('Anything');
  await library.dialog.getByLabel('Search').fill('toy compact');
  const offer = library.item('Toy skies');
  await expect(offer).toContainText('Not for commercial work; name its author.');
  await offer.getByRole('button', { name: 'Download Toy skies 2×…' }).click();
  await expect(offer.getByRole('link', { name: /^toy\.onnx, / })).toHaveAttribute(
    'href',
    `https://${HOST}/skies/toy.onnx`,
  );
  await expect(offer).toContainText('SHA-256');
  await offer.getByRole('button', { name: 'Not now' }).click();
  await offer.getByRole('button', { name: 'Download Toy skies 2×…' }).click();
  const agree = offer.getByRole('button', { name: new RegExp(`^Download from ${HOST} \\(.+ KB\\)`) });
  await expect(agree).toBeFocused();
  expect(asked, 'nothing is asked before the person agreed').toEqual([]);

  await agree.click();
  await expect(library.arrival).toContainText('Downloading');
  await expect.poll(() => asked.length).toBe(1);
  await library.arrival.getByRole('button', { name: 'Cancel adding Toy skies' }).click();
  await expect(library.arrival).toHaveCount(0);
  await offer.getByRole('button', { name: 'Download Toy skies 2×…' }).click();
  await agree.click();
  await library.hasArrived('Toy skies');
  await expect(library.arrival).toContainText('by Somebody · CC-BY-NC-4.0');
  await expect(offer.getByRole('button', { name: 'Toy skies is in use' })).toBeVisible();
  await library.close();
  await context.setOffline(true);
  await table.pick(SMALL);
  await table.upscale();
  expect(await table.saved()).toMatchObject({ width: 80, height: 60 });
});

test('another file than was meant, and a host that does not answer, lead to the next step', async ({
  page,
  context,
}) => {
  const other = Uint8Array.from(FILE);
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  const asked = await offerToy(context, (route) =>
    asked.length === 1 ? send(route, other) : route.abort('failed'),
  );
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const tryIt = async () => {
    await library.dialog.getByRole('button', { name: 'Download Toy skies 2×…' }).click();
    await library.dialog.getByRole('button', { name: `Download from ${HOST}` }).click();
    return library.wasRefused();
  };
  await library.open();
  const wrong = await tryIt();
  await expect(wrong).toContainText('The model arrived damaged');
  await expect(wrong).toContainText(HOST);
  await wrong.getByRole('button', { name: 'Dismiss' }).click();
  const blocked = await tryIt();
  await expect(blocked).toContainText(`The browser got no answer from ${HOST}`);
  await expect(blocked.getByRole('link', { name: 'Get toy.onnx yourself' })).toHaveAttribute(
    'href',
    `https://${HOST}/skies/toy.onnx`,
  );
  await library.close();
  // The person got it there, and drops it here.
  await table.drop({ name: 'toy.onnx', bytes: FILE });
  await library.hasArrived('toy');
});

test('models that cannot be fetched from here are found, with where to get them', async ({ page }) => {
  await LightTable.open(page);
  const library = new ModelLibrary(page);
  await library.open();
  await library.dialog.getByLabel('Search').fill('undeint');
  const entry = library.dialog.getByRole('listitem').filter({ hasText: '1x-AnimeUndeint-Compact' });
  await expect(entry).toContainText('by zarxrax');
  await expect(entry.getByRole('link', { name: /^Get it at / })).toHaveAttribute('target', '_blank');
  await library.dialog.getByLabel('Search').fill('no such model');
  await expect(library.dialog).toContainText('0 models to download');
  await expect(library.dialog).toContainText('0 more models found');
});
