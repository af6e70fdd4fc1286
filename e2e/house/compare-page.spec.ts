import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { pageData, page as pageOf } from '../../scripts/compare-models/page.mjs';
import { expectFitsAcross, expectNoViolation } from '../fixtures/everybody.ts';

/** The promise: people can judge models without a mouse or without keys, blind until the end, and keep what they found. */
const PICTURE = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7';
const TITLES = ['Cat', 'Cup'];
const MODELS = ['a folder/of-a-rather-long-name-for-a-model', 'second', 'third'];

const HTML = pageOf(pageData([round(2), round(4)], 1));

function round(scale: number) {
  const input = { width: 1, height: 1, planes: new Float32Array(3) };
  const figures = {
    clean: { psnrDb: 30.126, ssim: 0.9 },
    jpeg: null,
    drawing: null,
    colourShift: 0.1,
    secondsPerMegapixel: 1,
  };
  return {
    scale,
    questions: TITLES.map((title) => ({ title, kind: 'large' as const, input, truth: null })),
    answers: MODELS.map((name) => ({
      name: `${name}-${scale}x`,
      kind: 'given' as const,
      bytes: 98_449,
      pictures: TITLES.map(() => PICTURE),
      figures,
    })),
  };
}

async function open(page: Page): Promise<void> {
  await page.route('**/compare.html', (route) => route.fulfill({ contentType: 'text/html', body: HTML }));
  await page.goto('compare.html');
  await expect(page.getByRole('button', { name: /Panel [ABC]/ })).toHaveCount(MODELS.length);
}

/** What stands in the saved file. */
async function saved(page: Page) {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as JSON' }).click();
  return JSON.parse(readFileSync(await (await download).path(), 'utf8'));
}

test('judging with keys alone: letters, arrows, zero', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await expect(page.locator('body')).not.toContainText('second');
  for (const key of ['a', 'ArrowRight', 'b', 'b', 'c', 'ArrowRight', 'ArrowLeft'])
    await page.keyboard.press(key);
  await expect(page.getByRole('button', { name: 'Panel C' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#position')).toHaveText('Cup, 2 times larger · 2 of 4, 2 voted');

  page.once('dialog', (dialog) => dialog.dismiss());
  await page.keyboard.press('0');
  await expect(page.getByRole('heading', { name: 'Result' })).toHaveCount(0);
  page.once('dialog', (dialog) => {
    expect(dialog.message()).toContain('2 of 4 pictures have no vote yet');
    return dialog.accept();
  });
  await page.keyboard.press('0');
  await expect(page.getByRole('region', { name: 'Result' })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Result' })).toBeInViewport();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('Copied.');
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(lines[0]).toBe('picture\tbest');
  expect(lines[1]).toMatch(/^Cat, 2 times larger\t.*-2x$/);
  expect(lines[3]).toBe('Cat, 4 times larger\tno vote');
  const votes = lines
    .filter((line) => line.includes('-2x\t') && line.includes('98 KB'))
    .map((line) => line.split('\t')[1]);
  expect(votes.reduce((sum, count) => sum + Number(count), 0)).toBe(2);
});

for (const { name, viewport, hasTouch } of [
  { name: 'a mouse on a desktop', viewport: { width: 1280, height: 800 }, hasTouch: false },
  { name: 'a finger on a phone', viewport: { width: 390, height: 844 }, hasTouch: true },
]) {
  test.describe(`with ${name}`, () => {
    test.use({ bypassCSP: true, viewport, hasTouch, isMobile: hasTouch });

    test('judging, the result, and nothing in anybody’s way', async ({ page }) => {
      await open(page);
      await expectNoViolation(page, 'before');
      for (let picture = 0; picture < 4; picture++) {
        await page.getByRole('button', { name: 'Panel B' }).click();
        if (picture < 3) await page.getByRole('button', { name: 'Next' }).click();
      }
      await expectFitsAcross(page, 'voted');
      await page.getByRole('button', { name: 'Reveal' }).click();
      await expect(page.getByRole('cell', { name: '30.13 / 0.900' }).first()).toBeInViewport();
      await expectNoViolation(page, 'after');
      await expectFitsAcross(page, 'after');

      const { choices, rounds } = await saved(page);
      expect(choices).toHaveLength(4);
      for (const { picture, best } of choices)
        expect(best).toMatch(picture.includes('2 times') ? /-2x$/ : /-4x$/);
      expect(
        rounds.map(({ models }: { models: { votes: number }[] }) =>
          models.reduce((sum, { votes }) => sum + votes, 0),
        ),
      ).toEqual([2, 2]);
    });
  });
}
