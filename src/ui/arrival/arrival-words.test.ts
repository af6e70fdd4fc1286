import { expect, test } from 'vitest';
import type { ImportProgress, LibraryModel } from '../../worker/models-protocol.ts';
import { announcement, halvesAnnouncement, stageText, waitingText } from './arrival-words.ts';

const running = (progress: Partial<ImportProgress>, waiting = 0) => ({
  kind: 'running' as const,
  name: 'skies.pth',
  progress: { stage: 'downloading' as const, loadedBytes: 0, totalBytes: null, ...progress },
  waiting,
});

test.each([
  [{ loadedBytes: 12e6, totalBytes: 67e6 }, 'Downloading 12 MB of 67 MB'],
  [{ loadedBytes: 12e6 }, 'Downloading 12 MB'],
  [{ totalBytes: 67e6 }, 'Downloading'],
  [{ stage: 'reading' as const, loadedBytes: 12e6, totalBytes: 67e6 }, 'Reading 12 MB of 67 MB'],
  [{ stage: 'keeping' as const, loadedBytes: 8e6, totalBytes: 67e6 }, 'Keeping 8.0 MB of 67 MB'],
  [{ stage: 'trying' as const, loadedBytes: 5 }, 'Trying it on a small picture'],
])('%j is “%s”', (progress, words) => {
  expect(stageText(running(progress))).toBe(words);
});

test.each([
  [0, ''],
  [1, '1 more model waits'],
  [2, '2 more models wait'],
])('%d behind it: “%s”', (waiting, words) => {
  expect(waitingText(running({}, waiting))).toBe(words);
});

test('what is said aloud has no numbers that run', () => {
  const early = announcement(running({ loadedBytes: 1e6 }));
  expect(early).toBe('skies.pth: Downloading');
  expect(announcement(running({ loadedBytes: 2e6 }))).toBe(early);
});

test('each half that waits is named', () => {
  const half = (name: string, wanted: '.param' | '.bin') => ({ file: { name, blob: new Blob() }, wanted });
  expect(halvesAnnouncement([])).toBe('');
  expect(halvesAnnouncement([half('a.param', '.bin'), half('b.bin', '.param')])).toBe(
    'a.param is half of a model. Its .bin file is needed, too. b.bin is half of a model. Its .param file is needed, too.',
  );
});

test('a model that is there is introduced', () => {
  const model = {
    name: 'Skies',
    architecture: 'ESRGAN, 64 features',
    scale: 1,
    author: 'Ann',
    licence: 'CC-BY-4.0',
  };
  expect(announcement({ kind: 'added', model: model as LibraryModel, known: null })).toBe(
    'Skies is ready. ESRGAN · 1×, restores · by Ann · CC-BY-4.0. Free for any use, commercial work included, if you name its author.',
  );
});
