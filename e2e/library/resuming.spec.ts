import { createHash } from 'node:crypto';
import type { BrowserContext, Locator } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { allowPlainHosts } from '../fixtures/plain-hosts.ts';
import { type RudeServer, startRudeServer } from '../fixtures/rude-server.mjs';
import { toyModel } from '../fixtures/toy-model.ts';

/** The promise: a download that broke off goes on from where it was, and nobody pays for the same bytes twice. */
const FILE = toyModel({ ballast: 2_000_000 });
const SHA256 = createHash('sha256').update(FILE).digest('hex');
const SMALL = { name: 'small.png', bytes: encodePng(photoLike(40, 30)) };

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

let server: RudeServer;
test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['local-network-access']);
  await allowPlainHosts(context);
  server = await startRudeServer(FILE);
});
test.afterEach(() => server.close());

/** Puts one model into the catalog that the server gives in the way of that name. */
async function offerToy(context: BrowserContext, way: string): Promise<void> {
  await context.route('**/models/catalog.json', async (route) => {
    const response = await route.fetch();
    const catalog = await response.json();
    const offer = {
      id: 'toy-skies',
      name: 'Toy skies',
      uses: ['anime'],
      description: 'Skies, for tests.',
      scale: 2,
      architecture: 'Compact',
      licence: 'MIT',
      author: 'Somebody',
      files: [{ url: server.url(way), bytes: FILE.length, sha256: SHA256 }],
    };
    await route.fulfill({ response, json: { ...catalog, offers: [offer, ...catalog.offers] } });
  });
}

/** The bytes, to a tenth of a megabyte, in “Downloading 1.2 MB of 2.0 MB”. */
function loadedMb(text: string): number {
  const [, value, unit] = /^Downloading ([\d.]+) (KB|MB) of 2\.0 MB$/.exec(text) ?? [];
  return unit === undefined ? Number.NaN : Number(value) / (unit === 'KB' ? 1000 : 1);
}

async function agree(item: Locator): Promise<void> {
  await item.getByRole('button', { name: 'Download Toy skies 2×…' }).click();
  await item.getByRole('button', { name: /^Download from 127\.0\.0\.1/ }).click();
}

test('a download that breaks off is resumed on the page, and then works without a network', async ({
  page,
  context,
}) => {
  await offerToy(context, 'cut-then-slow');
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await library.open();
  await agree(library.item('Toy skies'));
  const failure = await library.wasRefused();
  await expect(failure).toContainText(/The connection to 127\.0\.0\.1:\d+ ended after .+ of 2\.0 MB/);
  const heard = await table.watchProgress();
  await failure.getByRole('button', { name: 'Resume: Toy skies' }).click();
  await expect(library.arrival).toContainText('Downloading');
  await expect(failure, 'what went wrong is past').toHaveCount(0);
  await library.hasArrived('Toy skies');

  const [first, second, ...more] = server.asked;
  expect(more, 'two requests in all').toEqual([]);
  expect(first?.range).toBeNull();
  const from = Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1]);
  expect(from, 'what came was kept').toBeGreaterThan(0);
  expect(from).toBeLessThanOrEqual(FILE.length / 2);
  const shown = (await heard()).map(loadedMb).filter((mb) => !Number.isNaN(mb));
  expect(shown.length, 'the rest came bit by bit').toBeGreaterThan(2);
  expect(shown[0], 'it is shown from where it was').toBeGreaterThanOrEqual(from / 1e6 - 0.05);
  expect(shown, 'and never goes back').toEqual(shown.toSorted((a, b) => a - b));

  await library.show(/^On this device/);
  await expect(library.item('Toy skies')).toContainText('MIT');
  await library.close();
  await context.setOffline(true);
  await table.pick(SMALL);
  await expect(table.radio('Toy skies 2×')).toBeChecked();
  await table.upscale();
  expect(await table.saved()).toMatchObject({ width: 80, height: 60 });
});

test('what came before the page was closed is gone on with in the next one', async ({ page, context }) => {
  await offerToy(context, 'cut');
  await LightTable.open(page);
  const library = new ModelLibrary(page);
  await library.open();
  await agree(library.item('Toy skies'));
  await library.wasRefused();
  await page.close();
  const again = await context.newPage();
  await LightTable.open(again);
  const next = new ModelLibrary(again);
  await next.open();
  await agree(next.item('Toy skies'));
  await next.hasArrived('Toy skies');
  expect(server.asked.map(({ range }) => range)).toEqual([null, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
});
