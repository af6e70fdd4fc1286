import { expect, test } from '@playwright/test';
import { waitUntilKept } from './app.ts';

test('the browser would install Tessera: manifest, icons and service worker are in order', async ({
  page,
}) => {
  await page.goto('/');
  await waitUntilKept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Tests run in a private window, which installs nothing.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
});
