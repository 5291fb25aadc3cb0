import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { msgpack } from '@oxbow/codec/msgpack';
import { faultsOf, launchChromium, openPage as openView, VIEWS } from '@oxbow/shell/testing';
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
}

// covers: src/page/main.ts, src/page/lists.ts, src/page/tree-view.ts,
// src/live-feed.ts, src/observed-crawl.ts
const test = suite<Context>('the page of the observatory', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-page-'));
  context.site = await openSite({
    ...chainOfPages(120),
    '/p3': '<title>Three</title><a href="/missing">x</a><a href="/p4">4</a><a href="/p5">5</a>',
  });
});

test.after(async (context) => {
  // A machine without a browser leaves the suite out before there is anything to close.
  await context.browser?.close();
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

async function openPage(browser: Browser, url: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1200 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
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
  test(`${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`, async ({
    browser,
    site,
    folder,
  }) => {
    const program = startProgram([`${site.origin}/`, '--port', '0'], folder);
    const [, url = ''] = await program.says(/shown at (\S+)/);
    const { page, complaints } = await openView(browser, url, view);
    await page.waitForSelector('#state[data-state=finished]');
    await page.waitForSelector('header nav li:nth-child(5)');
    assert.equal(await faultsOf(page), []);
    assert.equal(complaints, []);
    await page.context().close();
    assert.is(await end(program), 130);
  });
}

test('rows are links, and one that stays is left alone', async ({ browser, site, folder }) => {
  const program = startProgram([`${site.origin}/`, '--port', '0'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
  const { page } = await openPage(browser, url);
  await page.waitForSelector('#state[data-state=finished]');
  assert.match((await page.getAttribute('#failures a', 'href')) ?? '', `${site.origin}/missing`);
  assert.match((await page.getAttribute('#recent a', 'href')) ?? '', site.origin);
  await page.evaluate("document.querySelector('#recent li:nth-child(5)').id = 'marked'");
  const viewers = await openPage(browser, url);
  await page.locator('#lag-note', { hasText: '2 viewers' }).waitFor();
  assert.is(await page.locator('#recent #marked').count(), 1);
  await viewers.page.close();
  await page.close();
  assert.is(await end(program), 130);
});

test('explains why a URL was fetched, failed, or was not followed', async ({ browser, site, folder }) => {
  const program = startProgram([`${site.origin}/`, '--port', '0'], folder);
  const [, url = ''] = await program.says(/shown at (\S+)/);
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
  assert.is(await end(program), 130);
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
        const { figures } = codec.decode(message as Uint8Array);
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
    if (msgpack<FeedMessage>().decode(message as Uint8Array).figures.state === 'finished') break;
  }
  await viewer.close();
  assert.match(program.stdout(), /crawled 3 pages/);
  assert.is(await end(program), 130);
});

test.run();
