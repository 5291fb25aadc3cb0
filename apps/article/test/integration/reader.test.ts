import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { faultsOf, launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { PROGRAMS } from '../../src/program-list.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

interface Context {
  browser: Browser;
  reader: ChildProcess;
  url: string;
}

// covers: src/reader.ts, src/program-runs.ts, src/page/main.ts, src/page/picture.ts, src/page/timeline.ts
const test = suite<Context>('the article in the browser', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.reader = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    MAIN,
    '--read',
    '--port',
    '0',
    '--no-open',
  ]);
  context.url = await new Promise<string>((resolve) => {
    context.reader.stdout?.on('data', (text: Buffer) => {
      const url = /http:\S+/.exec(String(text))?.[0];
      if (url !== undefined) resolve(url);
    });
  });
});

test.after(async ({ browser, reader }) => {
  await browser?.close();
  reader?.kill('SIGKILL');
});

for (const view of VIEWS) {
  test(`every page, ${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`, async ({
    browser,
    url,
  }) => {
    const { page, complaints } = await openPage(browser, url, view);
    for (const path of ['', ...PROGRAMS.map(({ name }) => name), 'source/packages/loop/src/task/region.ts']) {
      await page.goto(`${url}${path}`);
      await page.waitForSelector('header nav li:nth-child(5)');
      assert.equal(await faultsOf(page), [], path);
    }
    assert.equal(complaints, []);
    await page.context().close();
  });
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
