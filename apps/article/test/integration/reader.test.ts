import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { inspectPages, startReader } from '../reader.ts';

interface Context {
  browser: Browser;
  reader: ChildProcess;
  url: string;
}

// covers: src/reader.ts, src/program-runs.ts, src/page/main.ts, src/page/picture.ts, src/page/timeline.ts
const test = suite<Context>('the article in the browser', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  Object.assign(context, await startReader());
});

test.after(async ({ browser, reader }) => {
  await browser?.close();
  reader?.kill('SIGKILL');
});

// One page of each kind; every page: test/endurance.
for (const view of VIEWS) {
  test(`${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`, ({
    browser,
    url,
  }) => inspectPages(browser, url, view, ['', 'event-loop', 'source/packages/loop/src/task/region.ts']));
}

test('a chapter runs its program: the output and the picture grow, and it can be run again', async ({
  browser,
  url,
}) => {
  const { page } = await openPage(browser, `${url}fast-loop`);
  await page.click('.run button');
  await page.locator('#output-note', { hasText: 'of the run just now' }).waitFor();
  assert.match((await page.textContent('#output')) ?? '', /ratio: \d/);
  assert.is(await page.locator('#picture .bars li').count(), 2);
  assert.is(await page.textContent('.run button'), 'Run again');
  await page.context().close();
});

test('a program that serves is stopped from the page, and says that it has closed', async ({
  browser,
  url,
}) => {
  const { page } = await openPage(browser, `${url}echo`);
  await page.click('.run button');
  await page.locator('#output', { hasText: 'echoing at' }).waitFor();
  await page.locator('.run button', { hasText: 'Stop' }).click();
  await page.locator('#output-note', { hasText: 'of the run you stopped' }).waitFor();
  await page.context().close();
});

test('the recording of the loop is stepped through by the arrow keys', async ({ browser, url }) => {
  const { page } = await openPage(browser, `${url}event-loop`);
  const slider = page.locator('input[type=range]');
  await slider.focus();
  assert.match((await page.textContent('.now')) ?? '', 'main runs');
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
  assert.match((await page.textContent('#picture p')) ?? '', 'event 6 of');
  await page.context().close();
});

test('programs are started from the page itself only', async ({ url }) => {
  const status = (method: string, headers: Record<string, string>, path = 'run/hello') =>
    new Promise((resolve, reject) => {
      request(`${url}${path}`, { method, headers }, (response) => {
        resolve(response.statusCode);
        response.destroy();
      })
        .on('error', reject)
        .end();
    });
  assert.is(await status('POST', { 'sec-fetch-site': 'cross-site' }), 403);
  assert.is(await status('POST', { origin: 'https://evil.example' }), 403);
  assert.is(await status('GET', {}), 405);
  assert.is(await status('POST', {}, 'run/nothing'), 404);
  assert.is(await status('POST', { host: 'evil.example' }), 421);
});

test('Ctrl-C ends it with 130', async (context) => {
  const ended = new Promise((resolve) => context.reader.once('close', resolve));
  context.reader.kill('SIGINT');
  assert.is(await ended, 130);
});

test.run();
