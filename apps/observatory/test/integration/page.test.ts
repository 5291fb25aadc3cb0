import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { msgpack } from '@oxbow/codec/msgpack';
import { faultsOf, launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite, until } from '@oxbow/testkit';
import { connect } from '@oxbow/websocket';
import type { Browser, Page } from 'playwright-core';
import type { FeedMessage } from '../../src/feed-message.ts';
import { type Program, startProgram } from './program.ts';
import { chainOfPages, openSite, type Site } from './site.ts';

interface Context {
  folder: string;
  site: Site;
  browser: Browser;
  /** A crawl that has ended, for the tests that only look. */
  done: Program;
  url: string;
}

// covers: src/page/main.ts, src/page/lists.ts, src/page/tree-view.ts
// covers: src/observed-crawl.ts
const test = suite<Context>('the page of the observatory', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-page-'));
  context.site = await openSite({
    ...chainOfPages(120),
    '/p3':
      '<title>Three</title><a href="/missing">x</a><a href="/p4">4</a><a href="/p5">5</a><a href="http://elsewhere.example/">e</a>',
  });
  // One at a time, so that the tree is the same each time.
  context.done = startProgram(
    [`${context.site.origin}/`, '--port', '0', '--concurrency', '1', '--out', 'done.jsonl'],
    context.folder,
  );
  [, context.url = ''] = await context.done.says(/shown at (\S+)/);
  await context.done.says(/crawled 120 pages/);
});

test.after(async (context) => {
  // A machine without a browser leaves the suite out before there is anything to close.
  await context.browser?.close();
  if (context.done !== undefined) assert.is(await end(context.done), 130);
  await context.site?.close();
  if (context.folder !== undefined) await rm(context.folder, { recursive: true });
});

const number = async (page: Page, id: string): Promise<number> =>
  Number(((await page.textContent(`#${id}`)) ?? '').replace(/[^\d.]/g, ''));

/** Code for the page itself, as text: this file is compiled for Node. */
const COLOURS_OF_TREE = `(() => {
  const canvas = document.getElementById('tree');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})()`;

/** Looks until the page shows a fitting number of pages; the test's deadline bounds it. */
async function pagesBecome(page: Page, fits: (pages: number) => boolean): Promise<void> {
  await until('the page to show a fitting number of pages', async () => fits(await number(page, 'pages')));
}

async function end(program: Program): Promise<number | null> {
  program.child.kill('SIGINT');
  return program.ended();
}

test('fills while the crawl runs, obeys its buttons, and stays when the crawl has ended', async ({
  browser,
  site,
  folder,
}) => {
  const program = startProgram(
    [`${site.origin}/`, '--port', '0', '--delay', '25', '--out', 'rows.jsonl'],
    folder,
  );
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page, complaints } = await openPage(browser, url);
  await pagesBecome(page, (pages) => pages > 5);
  assert.is(await page.textContent('#state'), 'crawling');

  await page.click('#pause');
  await page.waitForSelector('#state[data-state=paused]');
  const paused = await number(page, 'pages');
  assert.ok(paused < 120);
  assert.is(await page.textContent('#pause'), 'Resume');
  await page.click('#pause');
  await page.waitForSelector('#state[data-state=finished]');

  assert.is(await number(page, 'pages'), 120);
  assert.is(await number(page, 'failed'), 1);
  assert.match(
    (await page.textContent('#failures')) ?? '',
    `answered 404 Not Found, linked from ${site.origin}/p3`,
  );
  assert.match((await page.textContent('#hosts')) ?? '', new URL(site.origin).host);
  assert.match((await page.textContent('#statuses')) ?? '', '404');
  assert.match((await page.textContent('#tree-note')) ?? '', '121 pages');
  assert.ok((await page.locator('#recent li').count()) > 10);
  assert.ok((await page.locator('#plot-pages canvas').count()) === 1);
  const colours = await page.evaluate<number>(COLOURS_OF_TREE);
  assert.ok(colours > 10, 'the tree is drawn');
  assert.match(program.stdout(), /crawled 120 pages, .*\nThe page stays open/);
  assert.equal(complaints, []);
  await page.close();
  assert.is(await end(program), 130);
});

for (const view of VIEWS) {
  test(`${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds, a page's details too`, async ({
    browser,
    url,
  }) => {
    const { page, complaints } = await openPage(browser, url, view);
    await page.waitForSelector('#state[data-state=finished]');
    await page.waitForSelector('header nav li:nth-child(5)');
    await page.locator('#tasks li').first().waitFor();
    await page.click('#failures summary');
    assert.equal(await faultsOf(page), []);
    await page.click('#failures .last a');
    await page.waitForSelector('#detail[open]');
    assert.equal(await faultsOf(page), []);
    assert.equal(complaints, []);
    await page.context().close();
  });
}

test('a row that stays is left alone', async ({ browser, url }) => {
  const { page } = await openPage(browser, url);
  await page.waitForSelector('#state[data-state=finished]');
  await page.evaluate("document.querySelector('#recent li:nth-child(5)').id = 'marked'");
  const viewers = await openPage(browser, url);
  await page.locator('#lag-note', { hasText: '2 viewers' }).waitFor();
  assert.is(await page.locator('#recent #marked').count(), 1);
  await viewers.page.close();
  await page.close();
});

test('every row opens what is known of its page: status, why, headers and links, which open too', async ({
  browser,
  site,
  url,
}) => {
  const { page, complaints } = await openPage(browser, url);
  await page.locator('#recent a', { hasText: 'Page 7' }).first().waitFor();
  await page.fill('#search-text', '/p7');
  await page.locator('#search-note', { hasText: '11 of 121 URLs fit' }).waitFor();
  await page.click(`#recent a[title="${site.origin}/p7"]`);
  const dialog = page.locator('#detail[open]');
  await dialog.waitFor();
  const words = (await dialog.textContent()) ?? '';
  for (const part of ['Page 7', '200', 'text/html', 'it was answered', '2 links on the page', 'content-type'])
    assert.match(words, part);
  await dialog.locator('.links a', { hasText: '/p8' }).click();
  await dialog.locator('h2', { hasText: 'Page 8' }).waitFor();
  assert.match(page.url(), encodeURIComponent(`${site.origin}/p8`));
  await page.goBack();
  await dialog.locator('h2', { hasText: 'Page 7' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForSelector('#detail:not([open])', { state: 'attached' });
  assert.is(new URL(page.url()).hash, '');
  assert.equal(complaints, []);
  await page.close();
});

test('an address leads to the details of a URL, one that was never fetched too', async ({ browser, url }) => {
  const asked = 'https://elsewhere.example/';
  const { page } = await openPage(browser, `${url}#page=${encodeURIComponent(asked)}`);
  const dialog = page.locator('#detail[open]', { hasText: 'scope' });
  await dialog.waitFor();
  assert.is(await dialog.locator('.address a').getAttribute('href'), asked);
  await page.close();
});

test('failures are gathered by kind, say what to do, and lead to their pages', async ({
  browser,
  site,
  url,
}) => {
  const { page } = await openPage(browser, url);
  await page.click('#failures summary');
  assert.match((await page.textContent('#failures')) ?? '', 'The link is dead');
  await page.click('#failures .all');
  await page.locator('#search-note', { hasText: '1 of 121 URLs fit' }).waitFor();
  await page.click(`#recent a[title="${site.origin}/missing"]`);
  const trouble = page.locator('#detail[open] .trouble', { hasText: `linked from ${site.origin}/p3` });
  await trouble.waitFor();
  await page.keyboard.press('Escape');
  await page.click('#search-only');
  await page.locator('#search-note', { hasText: /^$/ }).waitFor({ state: 'attached' });
  assert.match((await page.textContent('#skipped')) ?? '', '1lead to another site');
  await page.close();
});

test('pages are filtered by status and put in order', async ({ browser, url }) => {
  const { page } = await openPage(browser, url);
  await page.selectOption('#search-status', '4xx');
  await page.locator('#search-note', { hasText: '1 of 121 URLs fit' }).waitFor();
  await page.selectOption('#search-status', 'none');
  await page.locator('#recent', { hasText: 'none fits' }).waitFor();
  await page.selectOption('#search-status', '');
  await page.selectOption('#search-order', 'slowest');
  await page.locator('#search-note', { hasText: '121 of 121 URLs fit; these are the first 100' }).waitFor();
  await page.close();
});

test('the tree is walked by the keyboard, opened by Enter, and looked at near and far', async ({
  browser,
  site,
  url,
}) => {
  const { page, complaints } = await openPage(browser, url);
  await page.locator('#tree-note', { hasText: '121 pages' }).waitFor();
  await page.focus('#tree-walk');
  for (const [key, reading] of [
    ['Home', `${site.origin}/`],
    ['ArrowDown', `${site.origin}/p1`],
    ['ArrowRight', `${site.origin}/p2`],
    ['ArrowUp', `${site.origin}/`],
    ['ArrowDown', `${site.origin}/p1`],
  ] as const) {
    await page.keyboard.press(key);
    await page.locator('#tree-reading', { hasText: new RegExp(`^200 ${reading}$`) }).waitFor();
  }
  await page.keyboard.press('+');
  await page.waitForSelector('#zoom-whole:enabled');
  await page.keyboard.press('0');
  await page.waitForSelector('#zoom-whole:disabled');
  await page.keyboard.press('Enter');
  await page.locator('#detail[open] h2', { hasText: 'Page 1' }).waitFor();
  assert.equal(complaints, []);
  await page.close();
});

test('tells what limits the crawl, and what every task waits for, and is tuned while it runs', async ({
  browser,
  site,
  folder,
}) => {
  const program = startProgram([`${site.origin}/`, '--port', '0', '--delay', '400'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page, complaints } = await openPage(browser, url);
  await page.locator('#why', { hasText: 'The pauses between requests to a host' }).waitFor();
  await page.locator('#stages .holds-back', { hasText: 'frontier' }).waitFor();
  await page.locator('#tasks', { hasText: 'waits for task "crawl.forEach"' }).waitFor();
  assert.is(await page.inputValue('#concurrency'), '16');
  await page.fill('#concurrency', '5');
  await page.fill('#delay', '0');
  await page.click('#tuning button');
  await page.waitForSelector('#state[data-state=finished]');
  assert.equal([await page.inputValue('#concurrency'), await page.inputValue('#delay')], ['5', '0']);
  assert.ok(await page.isDisabled('#concurrency'));
  assert.equal(complaints, []);
  await page.close();
  assert.is(await end(program), 130);
});

test('what failed is tried again, and told no more when it was answered', async ({ browser, folder }) => {
  let isUp = false;
  const site = await openSite({
    ...chainOfPages(200),
    '/p1': '<a href="/flaky">f</a><a href="/p2">2</a>',
    '/flaky': (request, response) => {
      if (!isUp) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<title>at last</title>');
    },
  });
  const program = startProgram([`${site.origin}/`, '--port', '0', '--delay', '150'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await page.locator('#failures summary', { hasText: 'the network failed' }).click();
  await until('a retry to be counted', async () => (await number(page, 'retries')) > 0);
  isUp = true;
  await page.click('#failures .again');
  await page.fill('#search-text', 'at last');
  await page.locator('#recent li.ok', { hasText: 'at last' }).waitFor();
  await page.locator('#failures', { hasText: 'nothing went wrong so far' }).waitFor();
  await page.close();
  assert.is(await end(program), 130);
  await site.close();
});

test('gives the output as a download', async ({ browser, folder, url }) => {
  const { page } = await openPage(browser, url);
  await page.locator('#settings', { hasText: 'done.jsonl' }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.is(download.suggestedFilename(), 'done.jsonl');
  assert.is(
    await readFile(await download.path(), 'utf8'),
    await readFile(join(folder, 'done.jsonl'), 'utf8'),
  );
  await page.close();
});

test('explains why a URL was fetched, failed, or was not followed', async ({ browser, site, url }) => {
  const { page, complaints } = await openPage(browser, url);
  await page.waitForSelector('#state[data-state=finished]');
  for (const [asked, words] of [
    [`${site.origin}/p4`, 'it was answered'],
    [`${site.origin}/nowhere`, 'no page that was read links to it'],
    ['https://elsewhere.example/', 'scope'],
    ['mailto:someone@example.org', 'no http(s) URL'],
  ] as const) {
    await page.fill('#explain-url', asked);
    await page.click('#explain button');
    await page.locator('#explanation', { hasText: words }).waitFor();
  }
  assert.equal(complaints, []);
  await page.close();
});

test('a crawl that got nothing does not look well', async ({ browser, folder }) => {
  const program = startProgram(['http://127.0.0.1:9/', '--port', '0'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await page.locator('#state.broken', { hasText: 'nothing answered' }).waitFor();
  assert.match((await page.textContent('#statuses')) ?? '', 'no answer1');
  await page.close();
  assert.is(await end(program), 130);
});

test("the embedded site is called what it is, with the way to a site of one's own", async ({
  browser,
  folder,
}) => {
  const program = startProgram(['--port', '0', '--max-pages', '3'], folder);
  const [, url = ''] = await program.says(/The crawl of this repository's documentation is shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await page.locator('#seeds', { hasText: "this repository's documentation at http://127.0.0.1" }).waitFor();
  await page.locator('#own-site', { hasText: 'npm start -- https://example.org' }).waitFor();
  await page.close();
  assert.is(await end(program), 130);
});

test('stop ends the crawl early and well', async ({ browser, site, folder }) => {
  const program = startProgram([`${site.origin}/`, '--port', '0', '--delay', '50'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await pagesBecome(page, (pages) => pages > 2);
  await page.click('#stop');
  await page.waitForSelector('#state[data-state=stopped]');
  assert.ok((await number(page, 'pages')) < 120);
  assert.ok(await page.isDisabled('#pause'));
  await program.says(/crawled \d+ pages/);
  await page.close();
  assert.is(await end(program), 130);
});

test('comes back by itself when the observatory was restarted on its port', async ({
  browser,
  site,
  folder,
}) => {
  const first = startProgram([`${site.origin}/`, '--port', '0'], folder);
  const [, url = ''] = await first.says(/shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await page.waitForSelector('#state[data-state=finished]');
  assert.is(await end(first), 130);
  await page.waitForSelector('#state[data-state=reconnecting]');
  assert.ok((await page.isDisabled('#pause')) && (await page.isDisabled('#concurrency')));
  const second = startProgram([`${site.origin}/`, '--port', new URL(url).port, '--max-pages', '7'], folder);
  await second.says(/crawled 7 pages/);
  await page.waitForSelector('#state[data-state=finished]');
  await pagesBecome(page, (pages) => pages === 7);
  await page.close();
  assert.is(await end(second), 130);
});

test('many viewers, and one that never reads, hold nothing back', async ({ site, folder }) => {
  const program = startProgram([`${site.origin}/`, '--port', '0', '--delay', '10'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const feedUrl = new URL('/feed', url.replace('http', 'ws'));
  const hung = createConnection(Number(feedUrl.port), '127.0.0.1');
  hung.on('error', () => {});
  hung.write(
    'GET /feed HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  hung.pause();
  const codec = msgpack<FeedMessage>();
  const viewers = await Promise.all(Array.from({ length: 40 }, () => connect(feedUrl)));
  const finals = await Promise.all(
    viewers.map(async (viewer) => {
      for await (const message of viewer) {
        const told = codec.decode(message as Uint8Array);
        if (told.kind === 'inside') continue;
        const { figures } = told;
        if (figures.state === 'finished' && figures.viewers >= 41) return figures.pages;
      }
      return -1;
    }),
  );
  assert.equal(new Set(finals), new Set([120]));
  hung.destroy();
  await Promise.all(viewers.map((viewer) => viewer.close()));
  assert.is(await end(program), 130);
});

test('bytes that are no command change nothing', async ({ site, folder }) => {
  const program = startProgram([`${site.origin}/`, '--port', '0', '--max-pages', '3'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const viewer = await connect(new URL('/feed', url.replace('http', 'ws')));
  await viewer.send('stop');
  await viewer.send(new Uint8Array([0xc1, 0xff]));
  await viewer.send(msgpack<unknown>().encode({ kind: 'constructor' }));
  await viewer.send(msgpack<unknown>().encode({ kind: 'snapshot' }));
  for await (const message of viewer) {
    const told = msgpack<FeedMessage>().decode(message as Uint8Array);
    if (told.kind !== 'inside' && told.figures.state === 'finished') break;
  }
  await viewer.close();
  assert.match(program.stdout(), /crawled 3 pages/);
  assert.is(await end(program), 130);
});

test.run();
