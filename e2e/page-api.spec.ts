import { expect, type Page, test } from '@playwright/test';
import { openApp, upscale } from './fixtures/app.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** What page authors may pass wrongly is a coded error, and never costs the next job. */
const FILE = encodePng(photoLike(24, 20, 3));
const OPTIONS = { model: 'fast-2x', backend: 'wasm' } as const;

test('a listener that throws is its own affair: the job finishes, and so does the next', async ({ page }) => {
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  await openApp(page);
  const width = await page.evaluate(
    async ([bytes, options]) => {
      const listener = () => {
        throw new Error('mine');
      };
      const { report } = await tessera.upscale(new Blob([new Uint8Array(bytes)]), options, listener);
      return report.output.width;
    },
    [[...FILE], OPTIONS] as const,
  );
  expect(width).toBe(48);
  expect(thrown).toContain('mine');
  const { report } = await upscale(page, { file: FILE, options: OPTIONS });
  expect(report.output).toMatchObject({ width: 48, height: 40 });
});

test('arguments of the wrong kind are named', async ({ page }) => {
  await openApp(page);
  const codes = await page.evaluate(async () => {
    const call = tessera.upscale as (...args: unknown[]) => Promise<unknown>;
    const blob = new Blob(['x']);
    const wrong: [string, unknown[]][] = [
      ['file', [undefined]],
      ['file', ['photo.png']],
      ['options', [blob, null]],
      ['options', [blob, 7]],
      ['titel', [blob, { titel: 64 }]],
      ['tile', [blob, { tile: () => 64 }]],
      ['onProgress', [blob, {}, 'x']],
      ['signal', [blob, {}, () => undefined, {}]],
    ];
    const seen: string[] = [];
    for (const [name, args] of wrong) {
      const error = await call(...args).then(
        () => null,
        (reason: { code: string; details: { option: string } }) => reason,
      );
      seen.push(`${name}: ${error?.code} ${error?.details.option}`);
    }
    return seen;
  });
  for (const line of codes) {
    const [name] = line.split(':');
    expect(line).toBe(`${name}: bad-option ${name}`);
  }
  await expectWorks(page);
});

async function expectWorks(page: Page): Promise<void> {
  const { report } = await upscale(page, { file: FILE, options: OPTIONS });
  expect(report.backend).toBe('wasm');
}
