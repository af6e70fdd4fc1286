import { afterEach, describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../../base/errors.ts';
import { persistStorage, storageError, storageUsage } from './storage-room.ts';

const storage = (usage: number, quota: number) => ({
  estimate: async () => ({ usage, quota }),
  persisted: async () => true,
  persist: async () => true,
});

afterEach(() => vi.unstubAllGlobals());

describe('storageError', () => {
  it('tells what was wanted and what is free', async () => {
    vi.stubGlobal('navigator', { storage: storage(9e9, 10e9) });
    const full = await storageError(new DOMException('no', 'QuotaExceededError'), 3e9);
    expect(full).toMatchObject({
      code: 'storage-full',
      details: { reason: 'full', wantedBytes: 3e9, freeBytes: 1e9, usedBytes: 9e9, quotaBytes: 10e9 },
    });
    expect(full.message).toMatch(/3\.0 GB.*10\.0 GB.*1\.0 GB.*9\.0 GB/);
  });

  it('does not believe a browser that says there is room and gives none', async () => {
    vi.stubGlobal('navigator', { storage: storage(1e9, 11e9) });
    const full = await storageError(new DOMException('no', 'QuotaExceededError'), 3e9);
    expect(full.details).toMatchObject({ reason: 'full', wantedBytes: 3e9, freeBytes: 10e9 });
    expect(full.message).toMatch(/3\.0 GB.*disk itself.*1\.0 GB/);
  });

  it('never says that less than nothing is free', async () => {
    vi.stubGlobal('navigator', { storage: storage(11, 10) });
    const full = await storageError(new DOMException('no', 'QuotaExceededError'), 1);
    expect(full.details['freeBytes']).toBe(0);
  });

  it('tells a browser that keeps nothing from one that is full', async () => {
    vi.stubGlobal('navigator', { storage: storage(0, 10) });
    const refused = await storageError(new DOMException('not here', 'SecurityError'), 5);
    expect(refused).toMatchObject({ code: 'storage-full', details: { reason: 'refused', wantedBytes: 5 } });
    expect(refused.message).toContain('not here');
  });

  it('leaves an error that has its words already', async () => {
    const error = new TesseraError('model-corrupt', 'a', 'b');
    expect(await storageError(error, 1)).toBe(error);
  });
});

it('knows nothing, and is promised nothing, where the browser does not say', async () => {
  vi.stubGlobal('navigator', {});
  expect(await storageUsage()).toEqual({ usedBytes: 0, quotaBytes: 0, persisted: false });
  expect(await persistStorage()).toBe(false);
});
