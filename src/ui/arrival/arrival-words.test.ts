import { expect, test } from 'vitest';
import type { WireError } from '../../base/errors.ts';
import { formOfArchitecture } from '../../models/picture-network.ts';
import type { ImportProgress, LibraryModel } from '../../worker/models-protocol.ts';
import { announcement, halvesAnnouncement, retryWord, stageText, waitingText } from './arrival-words.ts';

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

test.each([
  ['architecture', 'Skies is ready. ESRGAN · 2× · by Ann'],
  ['assumed', 'Skies is ready. ESRGAN · 2× (assumed) · by Ann'],
] as const)('a model that is there is introduced; its scale is known by: %s', (scale, words) => {
  const { knownBy, ...form } = formOfArchitecture('float32');
  const model = {
    name: 'Skies',
    architecture: 'ESRGAN, 64 features',
    scale: 2,
    author: 'Ann',
    licence: 'CC-BY-4.0',
    form: { ...form, knownBy: { ...knownBy, scale } },
  };
  expect(announcement({ kind: 'added', model: model as LibraryModel, known: null })).toBe(
    `${words} · CC-BY-4.0. Free for any use, commercial work included, if you name its author.`,
  );
});

const failed = (reason: string, bytes = 0, code: WireError['code'] = 'download-failed'): WireError => ({
  code,
  message: '',
  nextStep: '',
  details: { reason, bytes },
});

test.each([
  ['what broke off is gone on with', failed('interrupted', 5e6), ['ab'], 'Resume'],
  ['also after a silence, and with two files', failed('stalled', 5e6), ['ab', 'cd'], 'Resume'],
  ['nothing came', failed('interrupted'), ['ab'], 'Try again'],
  ['without a hash nothing is kept', failed('interrupted', 5e6), [null], 'Try again'],
  ['with half of the hashes, too', failed('interrupted', 5e6), ['ab', null], 'Try again'],
  ['another file was thrown away', failed('wrong-hash', 5e6, 'model-corrupt'), ['ab'], 'Try again'],
  ['room can be made', failed('full', 5e6, 'storage-full'), ['ab'], 'Try again'],
  ['no such file', failed('not-found'), ['ab'], null],
  ['a page', failed('web-page', 100), ['ab'], null],
  ['not a model', failed('', 0, 'model-unsupported'), ['ab'], null],
])('the button after a failure: %s', (_, error, hashes, word) => {
  expect(
    retryWord(
      error,
      hashes.map((sha256) => ({ sha256 })),
    ),
  ).toBe(word);
});
