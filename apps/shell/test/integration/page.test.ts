import { assert, suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { bundlePage } from '../../src/page-bundle.ts';
import { openPageSite, type PageSite } from '../../src/page-site.ts';
import { faultsOf, launchChromium, openPage, VIEWS } from '../../src/testing.ts';

interface Context {
  browser: Browser;
  site: PageSite;
}

// covers: src/page/rows.ts, src/page/header.ts, src/page/plot.ts, src/page/colour.ts, src/page-bundle.ts, src/running-apps.ts, src/testing.ts, src/chromium.ts
const test = suite<Context>('a page in the shell', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  const files = await bundlePage(new URL('../fixtures/page/', import.meta.url));
  context.site = await openPageSite({ app: 'observatory', files, port: 0 });
});

test.after(async (context) => {
  await context.browser?.close();
  await context.site?.close();
});

for (const view of VIEWS) {
  test(`${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`, async ({
    browser,
    site,
  }) => {
    const { page, complaints } = await openPage(browser, site.url, view);
    await page.waitForSelector('nav li:nth-child(5)');
    assert.equal(await faultsOf(page), []);
    assert.equal(complaints, []);
    assert.is(await page.locator('canvas').count(), 2);
    await page.context().close();
  });
}

test('the header names the page itself, and tells how to start what does not run', async ({
  browser,
  site,
}) => {
  const { page } = await openPage(browser, site.url);
  await page.waitForSelector('nav li:nth-child(5)');
  assert.is(await page.textContent('nav [aria-current]'), 'Observatory');
  const notRunning = page.locator('nav details', { hasText: 'Chat room' });
  await notRunning.locator('summary').click();
  assert.match((await notRunning.textContent()) ?? '', 'npm run chat');
  await page.context().close();
});

test('the switch goes round system, light and dark, and is remembered', async ({ browser, site }) => {
  const { page } = await openPage(browser, site.url);
  const button = page.locator('header button');
  assert.is(await button.textContent(), 'Auto');
  await button.click();
  await button.click();
  assert.is(await button.textContent(), 'Dark');
  await page.reload();
  assert.is(await page.locator('header button').textContent(), 'Dark');
  assert.is(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(16, 23, 27)');
  await page.context().close();
});

test('a plot tells the values under the pointer', async ({ browser, site }) => {
  const { page } = await openPage(browser, site.url);
  await page.waitForSelector('#two canvas');
  await page.locator('#two .u-over').hover();
  assert.match(
    (await page.textContent('#two .reading')) ?? '',
    /^N = \d+ · measured \d+ ms · computed \d+ ms$/,
  );
  await page.context().close();
});

test('rows that stay keep their element and are brought up to date; text is never markup', async ({
  browser,
  site,
}) => {
  const { page } = await openPage(browser, site.url);
  const rows = (): Promise<unknown> =>
    page.evaluate(
      "[...document.querySelectorAll('#rows li')].map((row) => row.className + ' ' + row.textContent)",
    );
  await page.waitForSelector('#rows li:nth-child(3)');
  assert.equal(await rows(), ['made-1 one', 'made-2 <b>two</b>', 'made-3 three']);
  await page.click('#next-rows');
  assert.equal(await rows(), ['made-3 three', 'made-1 one', 'made-4 four']);
  assert.is(await page.locator('#rows li[title="up to date"]').count(), 2);
  await page.context().close();
});

test.run();
