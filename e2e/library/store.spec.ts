import { expect, type Page, test } from '@playwright/test';
import type { LibraryModel } from '../../src/models/library/library-model.ts';
import {
  callFailing,
  callLibrary,
  callWell,
  changesHeard,
  openBrowserOf,
  openTab,
  serveLibrary,
  type Where,
} from '../fixtures/library-pages.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });
test.beforeEach(({ context }) => serveLibrary(context));

const SMALL = { bytes: 70_000, seed: 1 };
const PLACES: readonly Where[] = ['page', 'worker'];

const list = (page: Page) => callWell<LibraryModel[]>(page, 'page', { kind: 'list' });
const add = (page: Page, where: Where, name = 'Toy', network = SMALL) =>
  callWell<LibraryModel>(page, where, { kind: 'add', name, network });

for (const where of PLACES) {
  test(`a model is kept from a ${where}, read in another tab, renamed, noted, deleted`, async ({
    context,
  }) => {
    const tab = await openTab(context);
    const other = await openTab(context);
    await changesHeard(other);
    const model = await add(tab, where, '  4x Schärfe  ');
    expect(model).toMatchObject({ name: '4x Schärfe', file: null, bytes: SMALL.bytes, note: '', scale: 4 });
    expect(model.id).toBe(`4x-scharfe-${model.sha256.slice(0, 8)}`);

    await tab.reload();
    expect(await list(tab)).toEqual([model]);
    expect(await callWell(other, where, { kind: 'read', id: model.id })).toEqual({
      bytes: model.bytes,
      sha256: model.sha256,
    });
    const renamed = await callWell(tab, where, { kind: 'rename', id: model.id, name: ' Sharp ' });
    expect(renamed).toEqual({ ...model, name: 'Sharp' });
    const noted = await callWell(tab, where, { kind: 'note', id: model.id, note: 'Good for cats.' });
    expect(await list(other)).toEqual([noted]);
    expect((await callFailing(tab, where, { kind: 'rename', id: model.id, name: ' ' })).code).toBe(
      'bad-option',
    );

    await callWell(other, where, { kind: 'delete', id: model.id });
    expect(await list(tab)).toEqual([]);
    expect(await stored(tab)).toEqual([]);
    await expect.poll(() => changesHeard(other), 'each change is heard of').toBe(4);
    expect((await callFailing(tab, where, { kind: 'read', id: model.id })).code).toBe('unknown-model');
    expect((await callFailing(tab, where, { kind: 'note', id: model.id, note: '' })).code).toBe(
      'unknown-model',
    );
    await callWell(tab, where, { kind: 'delete', id: model.id });
  });

  test(`what is kept already stays as it is, added again from a ${where}`, async ({ context }) => {
    const tab = await openTab(context);
    const model = await add(tab, where);
    await callWell(tab, where, { kind: 'note', id: model.id, note: 'Mine.' });
    expect(await add(tab, where, 'Another name')).toEqual({ ...model, note: 'Mine.' });
    await removeStored(tab, `${model.sha256}.onnx`);
    await add(tab, where);
    await callWell(tab, where, { kind: 'read', id: model.id });
  });

  test(`a model that does not fit says so with numbers, from a ${where}`, async ({
    playwright,
    launchOptions,
  }, testInfo) => {
    const { context, tab, lift } = await openBrowserOf(4_000_000, { playwright, launchOptions }, testInfo);
    const model = await add(tab, where);
    const wanted = { bytes: 20_000_000, seed: 2 };
    const error = await callFailing(tab, where, { kind: 'add', name: 'Large', network: wanted });
    expect(error).toMatchObject({
      code: 'storage-full',
      details: { reason: 'full', wantedBytes: wanted.bytes },
    });
    expect(error.message).toContain('20.0 MB');
    expect(error.details['usedBytes']).toBeGreaterThanOrEqual(SMALL.bytes);
    expect(await stored(tab), 'nothing is left of it').toEqual([`${model.sha256}.onnx`]);
    await lift();
    await add(tab, where, 'Large', wanted);
    await context.close();
  });

  test(`a file that is damaged or gone is told, read in a ${where}`, async ({ context }) => {
    const tab = await openTab(context);
    const model = await add(tab, where);
    await writeStored(tab, `${model.sha256}.onnx`, SMALL.bytes);
    expect(await callFailing(tab, where, { kind: 'read', id: model.id })).toMatchObject({
      code: 'model-corrupt',
      details: { expectedSha256: model.sha256 },
    });
    await removeStored(tab, `${model.sha256}.onnx`);
    expect((await callFailing(tab, where, { kind: 'read', id: model.id })).code).toBe('model-missing');
  });
}

test('two tabs that add the same model at once keep it once', async ({ context }) => {
  const tabs = [await openTab(context), await openTab(context)] as const;
  const network = { bytes: 8_000_000, seed: 3 };
  const rows = await Promise.all(
    tabs.flatMap((tab) => PLACES.map((where) => add(tab, where, 'Toy', network))),
  );
  expect(new Set(rows.map(({ id, addedAt }) => `${id} ${addedAt}`)).size).toBe(1);
  expect(await list(tabs[0])).toHaveLength(1);
  expect(await stored(tabs[1])).toEqual([`${rows[0]?.sha256}.onnx`]);
});

test('two tabs that add, delete and tidy across each other leave a sound library', async ({ context }) => {
  const tabs = [await openTab(context), await openTab(context)] as const;
  const work = async (tab: Page, where: Where, turn: number) => {
    for (let i = 0; i < 12; i++) {
      const network = { bytes: 300_000, seed: (i * (turn + 1)) % 4 };
      const model = await add(tab, where, `Toy ${network.seed}`, network);
      await callWell(tab, where, { kind: 'tidy' });
      if (i % 3 === turn % 3) await callWell(tab, where, { kind: 'delete', id: model.id });
    }
  };
  await Promise.all(tabs.flatMap((tab, i) => PLACES.map((where, j) => work(tab, where, 2 * i + j))));
  const models = await list(tabs[0]);
  expect(new Set(models.map(({ sha256 }) => sha256)).size).toBe(models.length);
  for (const { id } of models) await callWell(tabs[1], 'worker', { kind: 'read', id });
  expect((await stored(tabs[0])).toSorted()).toEqual(models.map(({ sha256 }) => `${sha256}.onnx`).toSorted());
});

test('a file that has a model’s name is whole, also while it comes', async ({ context }) => {
  const [tab, other] = [await openTab(context), await openTab(context)];
  const network = { bytes: 60_000_000, seed: 8 };
  let isDone = false;
  const added = Promise.all(PLACES.map((where, i) => add(tab, where, 'Large', { ...network, seed: 8 + i })));
  const done = added.finally(() => {
    isDone = true;
  });
  const seen = new Set<string>();
  while (!isDone) for (const file of await storedSizes(other)) seen.add(file);
  const whole = (await done).map(({ sha256 }) => `${sha256}.onnx ${network.bytes}`);
  expect(
    [...seen].some((file) => file.includes('.new ')),
    'it was looked at while it came',
  ).toBe(true);
  for (const file of seen) if (file.includes('.onnx ')) expect(whole).toContain(file);
});

test('a tab that died while it added leaves nothing behind once the library is tidied', async ({
  context,
}) => {
  const dying = await openTab(context);
  const dead = callLibrary(dying, 'worker', {
    kind: 'add',
    name: 'Large',
    network: { bytes: 60_000_000, seed: 4 },
  });
  dead.catch(() => undefined);
  const tab = await openTab(context);
  await expect.poll(() => stored(tab)).toHaveLength(1);
  await dying.close();
  await expect
    .poll(async () => {
      await callWell(tab, 'worker', { kind: 'tidy' });
      return (await list(tab)).length === (await stored(tab)).length;
    })
    .toBe(true);
  for (const { id } of await list(tab)) await callWell(tab, 'worker', { kind: 'read', id });
});

test('tidying takes away what belongs to no model, and nothing that another tab is at', async ({
  context,
}) => {
  const tab = await openTab(context);
  const other = await openTab(context);
  const kept = await add(tab, 'page');
  const lost = await add(tab, 'page', 'Lost', { bytes: 9, seed: 5 });
  await removeStored(tab, `${lost.sha256}.onnx`);
  const hashes = ['aa', 'bb', 'cc'].map((digits) => digits.repeat(32));
  for (const hash of hashes) {
    await writeStored(tab, `${hash}.onnx`, 10);
    await writeStored(tab, `${hash}.1-2.new`, 10);
    await writeStored(tab, `${hash}.1-3.new.crswap`, 10);
    await writeStored(tab, `${hash}.onnx.crswap`, 10);
  }
  await writeStored(tab, 'not-ours.txt', 10);
  const release = await holdLock(other, `tessera-model-${hashes[1]}`);
  expect(await callWell(tab, 'worker', { kind: 'tidy' })).toEqual([lost]);
  expect(await list(tab)).toEqual([kept]);
  expect((await stored(tab)).toSorted()).toEqual(
    [
      ...['.1-2.new', '.1-3.new.crswap', '.onnx', '.onnx.crswap'].map((end) => `${hashes[1]}${end}`),
      `${kept.sha256}.onnx`,
      'not-ours.txt',
    ].toSorted(),
  );
  await release();
  await callWell(tab, 'worker', { kind: 'tidy' });
  expect((await stored(tab)).toSorted()).toEqual([`${kept.sha256}.onnx`, 'not-ours.txt'].toSorted());
});

test('a browser that cannot rename files, and one that cannot write them in pages, are no trouble', async ({
  context,
}) => {
  const tab = await openTab(context);
  await forgetMethods(tab, ['move']);
  const model = await add(tab, 'page');
  expect(await stored(tab)).toEqual([`${model.sha256}.onnx`]);
  await callWell(tab, 'page', { kind: 'read', id: model.id });

  await forgetMethods(tab, ['createWritable']);
  const error = await callFailing(tab, 'page', {
    kind: 'add',
    name: 'Other',
    network: { bytes: 8, seed: 7 },
  });
  expect(error).toMatchObject({ code: 'storage-full', details: { reason: 'refused', wantedBytes: 8 } });
  await add(tab, 'worker', 'Other', { bytes: 8, seed: 7 });
});

test('how much room there is, is told', async ({ context }) => {
  const tab = await openTab(context);
  for (const where of PLACES) {
    const usage = await callWell<Record<string, unknown>>(tab, where, { kind: 'usage' });
    expect(usage['quotaBytes']).toBeGreaterThan(1e6);
    expect(usage['persisted']).toBe(false);
  }
  const before = await callWell<{ usedBytes: number }>(tab, 'page', { kind: 'usage' });
  await add(tab, 'page', 'Large', { bytes: 5_000_000, seed: 6 });
  const after = await callWell<{ usedBytes: number }>(tab, 'page', { kind: 'usage' });
  expect(after.usedBytes - before.usedBytes).toBeGreaterThanOrEqual(5_000_000);
});

/** As a browser that never had them; the worker has its own. */
function forgetMethods(page: Page, names: readonly ('move' | 'createWritable')[]): Promise<void> {
  return page.evaluate((names) => {
    for (const name of names) {
      const owner = [FileSystemFileHandle.prototype, FileSystemHandle.prototype].find((one) =>
        Object.hasOwn(one, name),
      );
      if (!owner) throw new Error(`this browser has no ${name}`);
      Reflect.deleteProperty(owner, name);
    }
  }, names);
}

/** Names of the files in the folder of networks. */
function stored(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    const folder = await root.getDirectoryHandle('models', { create: true });
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
}

/** Name and size of each file there. */
function storedSizes(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('models', { create: true });
    const files: string[] = [];
    for await (const handle of folder.values()) {
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => null);
      if (file) files.push(`${file.name} ${file.size}`);
    }
    return files;
  });
}

function removeStored(page: Page, name: string): Promise<void> {
  return page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    await (await root.getDirectoryHandle('models')).removeEntry(name);
  }, name);
}

/** Writes zeros under that name. */
function writeStored(page: Page, name: string, bytes: number): Promise<void> {
  return page.evaluate(
    async ({ name, bytes }) => {
      const root = await navigator.storage.getDirectory();
      const handle = await (await root.getDirectoryHandle('models')).getFileHandle(name, { create: true });
      const writable = await handle.createWritable();
      await writable.write(new Uint8Array(bytes));
      await writable.close();
    },
    { name, bytes },
  );
}

/** @returns what gives it back */
async function holdLock(page: Page, name: string): Promise<() => Promise<void>> {
  await page.evaluate(
    (name) =>
      new Promise<void>((held) => {
        void navigator.locks.request(name, () => {
          held();
          return new Promise<void>((release) => Object.assign(globalThis, { release }));
        });
      }),
    name,
  );
  return () => page.evaluate(() => (globalThis as unknown as { release: () => void }).release());
}
