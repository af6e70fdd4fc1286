import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectFitsAcross, expectNoViolation } from './fixtures/everybody.ts';
import { LightTable } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: the page can be used by people who see, move or perceive differently, on small screens too. */
const SMALL = { name: 'small.png', bytes: encodePng(photoLike(40, 30)) };
/** With tiles of 32 pixels it runs for as long as a state has to be looked at. */
const LONG = { name: 'long.png', bytes: encodePng(photoLike(800, 600)) };
const SCREENS = [
  { name: 'a desktop', viewport: { width: 1280, height: 800 }, hasTouch: false },
  { name: 'a phone', viewport: { width: 390, height: 844 }, hasTouch: true },
];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

for (const { name, viewport, hasTouch } of SCREENS) {
  test.describe(`on ${name}`, () => {
    // axe is a script of its own, which the content policy rightly refuses.
    test.use({ bypassCSP: true, viewport, hasTouch });

    test('axe: empty, picked, advanced, and the dialogs', async ({ page }) => {
      const table = await LightTable.open(page, '?model=fast-2x&scale=99');
      await expectNoViolation(page, 'empty, with a note');
      await page.getByTestId('system').click();
      await expectNoViolation(page, 'the dialog about this device');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await expectNoViolation(page, 'the dialog of shortcuts');
      await page.keyboard.press('Escape');
      await table.pick(SMALL);
      await table.offer({ name: 'bad.png', bytes: new Uint8Array(0) });
      await expect(table.alert).toBeVisible();
      await expectNoViolation(page, 'picked, with an alert');
      await openSheet(page);
      await table.unfoldAdvanced();
      await expectNoViolation(page, 'advanced');
    });

    test('axe: running, cancelled and done', async ({ page }) => {
      const table = await LightTable.open(page, '?model=photo-2x&tile=32&format=webp');
      await table.pick(LONG);
      await table.start.click();
      await table.isInTheMiddle();
      await expectNoViolation(page, 'running');
      await table.isIn('running');
      await table.cancel.click();
      await table.isIn('cancelled');
      await expectNoViolation(page, 'cancelled');
      await table.pick(SMALL);
      await table.upscale();
      await openSheet(page);
      await page.getByText('Details', { exact: true }).click();
      await expectNoViolation(page, 'done');
    });

    test('axe: refused and failed', async ({ page }) => {
      const table = await LightTable.open(page, '?model=fast-2x&format=webp&backend=webgpu');
      await table.pick({
        name: 'wide.png',
        bytes: encodePng({ width: 9000, height: 1, rgb: new Uint8Array(27_000) }),
      });
      await expect(table.alert).toBeVisible();
      await expectNoViolation(page, 'refused');
      await table.pick(SMALL);
      await table.start.click();
      await table.isIn('failed');
      await expectNoViolation(page, 'failed');
    });
  });
}

test.describe('on 320 pixels, as when zoomed in to 400 %', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true });

  test('nothing is cut off at the sides and nothing scrolls sideways', async ({ page }) => {
    const table = await LightTable.open(page, '?model=fast-2x&scale=99');
    await expectFitsAcross(page, 'empty');
    for (const opener of [
      page.getByTestId('system'),
      page.getByRole('button', { name: 'Keyboard shortcuts' }),
    ]) {
      await opener.click();
      await expectFitsAcross(page, 'a dialog');
      await page.keyboard.press('Escape');
    }
    await table.pick(SMALL);
    await openSheet(page);
    await table.unfoldAdvanced();
    await expectFitsAcross(page, 'picked, advanced');
    await table.upscale();
    await expectFitsAcross(page, 'done');
    await page.getByText('Details', { exact: true }).click();
    await expectFitsAcross(page, 'done, with details');
  });
});

test.describe('on a phone', () => {
  test.use(PHONE);

  test('what is needed is large enough for a thumb, and in reach', async ({ page }) => {
    const table = await LightTable.open(page, '?model=photo-2x&tile=32');
    await expectThumbSize(table.button('Choose a picture'));
    await expectThumbSize(table.button('Try a sample'));
    await table.pick(LONG);
    await expectThumbSize(table.start);
    await expectInReach(page, table.start);
    await table.start.click();
    await table.isInTheMiddle();
    await expectThumbSize(table.cancel);
    await expectInReach(page, table.cancel);
    await table.cancel.click();
    await table.isIn('cancelled');
    await table.pick(SMALL);
    await table.upscale();
    for (const target of [table.save, table.button('Settings'), table.button('Start over'), table.divider]) {
      await expectThumbSize(target);
    }
    await expectInReach(page, table.save);
  });
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing moves by itself', async ({ page }) => {
    const table = await LightTable.open(page, '?model=fast-2x');
    expect(await moving(page), 'empty').toEqual([]);
    await table.pick(SMALL);
    await table.unfoldAdvanced();
    expect(await moving(page), 'picked').toEqual([]);
    await table.upscale();
    expect(await moving(page), 'done').toEqual([]);
    expect(await animationRules(page), 'animated all the same').toEqual([]);
  });
});

/** On small windows the choices are in a sheet below the picture. */
async function openSheet(page: Page): Promise<void> {
  const grip = page.locator('[aria-controls=panel-content]');
  if ((await grip.isVisible()) && (await grip.getAttribute('aria-expanded')) === 'false') await grip.click();
}

async function expectThumbSize(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const box = await target.boundingBox();
  expect(Math.round(box?.height ?? 0), `height of ${target}`).toBeGreaterThanOrEqual(40);
  expect(Math.round(box?.width ?? 0), `width of ${target}`).toBeGreaterThanOrEqual(40);
}

/** In the lower half of the window, and not under its edge. */
async function expectInReach(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  expect(box?.y, `${target} is in reach of a thumb`).toBeGreaterThan(height / 2);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
}

/** What has a transition or animation that takes time. */
async function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const takesTime = (list: string) => list.split(',').some((time) => Number.parseFloat(time) > 0);
    return [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
        return takesTime(transitionDuration) || (animationName !== 'none' && takesTime(animationDuration));
      })
      .map((element) => `${element.tagName} ${element.className}`);
  });
}

/** Classes whose elements would be animated for some time, also where there is no such element yet. */
async function animationRules(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const classes = new Set<string>();
    const look = (rules: CSSRuleList) => {
      for (const rule of rules) {
        if (rule instanceof CSSStyleRule && rule.style.animationName) {
          for (const [, name] of rule.selectorText.matchAll(/\.([\w-]+)/g)) classes.add(name as string);
        }
        if ('cssRules' in rule) look(rule.cssRules as CSSRuleList);
      }
    };
    for (const sheet of document.styleSheets) look(sheet.cssRules);
    const probe = document.body.appendChild(document.createElement('div'));
    return [...classes].filter((name) => {
      probe.className = name;
      const { animationName, animationDuration } = getComputedStyle(probe);
      return animationName !== 'none' && Number.parseFloat(animationDuration) > 0;
    });
  });
}
