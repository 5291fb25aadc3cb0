// covers: src/browser/browser-pool.ts, src/browser/render-page.ts
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { BrowserPool, type BrowserPoolOptions, screenshotName } from '../../src/browser/index.ts';
import { Crawler, type CrawlerOptions, type Page } from '../../src/index.ts';
import { chromiumHere } from '../browser/chromium.ts';
import { linksTo, type Route, type Site, serveSite } from './site.ts';

const launch = chromiumHere();
const script = (code: string): string => `<script>${code}</script>`;
const withLink = (path: string): string =>
  script(`document.body.insertAdjacentHTML('beforeend', '<a href="${path}">made</a>')`);

interface Crawled {
  readonly pages: Map<string, Page>;
  readonly site: Site;
  readonly pool: BrowserPool;
  readonly failures: Readonly<Record<string, number>>;
}

/** Crawls a site with the pages under /app rendered; gives the pages by path. */
async function crawled(
  routes: Readonly<Record<string, Route>>,
  pool: BrowserPoolOptions = {},
  options: Partial<CrawlerOptions> = {},
): Promise<Crawled> {
  const site = await serveSite(routes);
  const browser = new BrowserPool({ launch, ...pool });
  const pages = new Map<string, Page>();
  const crawl = new Crawler({ seeds: `${site.origin}/app/`, robots: false, retry: false, ...options });
  crawl.use(browser.render('/app/**'));
  try {
    await crawl.forEach((page) => void pages.set(new URL(page.url).pathname, page));
  } finally {
    await browser.close();
    await site.close();
  }
  return { pages, site, pool: browser, failures: crawl.statistics().failures };
}

const test = suite('BrowserPool');
test('reads what scripts have made of the pages of its routes, and the others as they came', async () => {
  const { pages, pool } = await crawled({
    '/app/': `<title>raw</title><body><noscript><a href="/no">n</a></noscript>${script('document.title = "made é"')}${withLink('/plain')}`,
    '/plain': `<title>raw</title><body>${script('document.title = "made"')}${withLink('/never')}`,
  });
  const app = pages.get('/app/')!;
  assert.equal([app.title, app.charset, app.isHtml, app.status], ['made é', 'utf-8', true, 200]);
  assert.equal(
    app.links.map((link) => new URL(link).pathname),
    ['/plain'],
  );
  assert.is(pages.get('/plain')!.title, 'raw');
  assert.equal([...pages.keys()].sort(), ['/app/', '/plain']);
  assert.equal(pool.statistics(), {
    open: 0,
    rendered: 1,
    failed: 0,
    contexts: 1,
    openContexts: 0,
    starts: 1,
  });
});
test('asks for a page once, by the crawl; and not at all for pictures, fonts and films', async () => {
  const { site } = await crawled({
    '/app/': `<img src="/picture.png"><script src="/code.js"></script>`,
    '/code.js': (_request, response) => void response.setHeader('content-type', 'text/javascript').end('1'),
  });
  assert.equal(
    site.requests.filter((path) => path !== '/favicon.ico'),
    ['/app/', '/code.js'],
  );
});
test('leaves redirects, errors and what is no HTML to the crawl', async () => {
  const { pages, pool } = await crawled({
    '/app/': linksTo('/app/old', '/app/gone', '/app/data'),
    '/app/old': (_request, response) => void response.writeHead(302, { location: '/app/new' }).end(),
    '/app/new': '<title>new</title>',
    '/app/data': (_request, response) =>
      void response.setHeader('content-type', 'application/json').end('{}'),
  });
  const statuses = [...pages].map(([path, page]) => [path, page.status]).sort();
  assert.equal(statuses, [
    ['/app/', 200],
    ['/app/data', 200],
    ['/app/gone', 404],
    ['/app/new', 200],
    ['/app/old', 302],
  ]);
  assert.is(pool.statistics().rendered, 2);
});
test('stays on its page when a script goes elsewhere, or opens a window', async () => {
  const { pages, site } = await crawled({
    '/app/': `<title>here</title>${script('window.open("/popup"); location.href = "/elsewhere"')}`,
  });
  assert.is(pages.get('/app/')!.title, 'here');
  assert.not(site.requests.includes('/elsewhere'));
});
test('waits for what it is told to, and does what it is told to', async () => {
  const { pages } = await crawled(
    {
      '/app/': `<button onclick="document.title += ' pressed'">b</button>${script("setTimeout(() => { document.title = 'late'; document.body.append(document.createElement('hr')) }, 50)")}`,
    },
    { waitFor: 'hr', ready: (page) => page.click('button') },
  );
  assert.is(pages.get('/app/')!.title, 'late pressed');
});
test('keeps a picture of each page under its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-pictures-'));
  const { pages } = await crawled({ '/app/': '<h1>x</h1>' }, { screenshots: folder });
  const picture = await readFile(join(folder, screenshotName(pages.get('/app/')!.url)));
  await rm(folder, { recursive: true, force: true });
  assert.is(picture.toString('latin1', 1, 4), 'PNG');
});
test('gives a page up after its time, as a failure of that page, and goes on with the next', async () => {
  const { pages, failures, pool } = await crawled(
    {
      '/app/': linksTo('/app/hangs', '/app/well'),
      '/app/hangs': `${script('for (;;);')}`,
      '/app/well': '<title>well</title>',
    },
    { timeoutMs: 4000, maxPages: 1 },
  );
  assert.equal(failures, { timeout: 1 });
  assert.is(pages.get('/app/well')!.title, 'well');
  assert.equal([pool.statistics().open, pool.statistics().failed], [0, 1]);
});
test('fails the page whose preparation throws', async () => {
  const ready = () => {
    throw new Error('no such button');
  };
  const { failures } = await crawled({ '/app/': 'x' }, { ready });
  assert.equal(failures, { render: 1 });
});
test('has no more pages open than it may, and makes its context anew after so many', async () => {
  let open = 0;
  let most = 0;
  const paths = Array.from({ length: 7 }, (_, index) => `/app/${index}`);
  const routes: Record<string, Route> = { '/app/': linksTo(...paths) };
  for (const path of paths) routes[path] = `<title>${path}</title>`;
  const ready = async (): Promise<void> => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
  };
  const { pages, pool } = await crawled(routes, { maxPages: 2, pagesPerContext: 3, ready });
  assert.is(pages.size, 8);
  assert.ok(most <= 2);
  assert.equal([pool.statistics().rendered, pool.statistics().contexts, pool.statistics().starts], [8, 3, 1]);
});
test('closes its pages when the crawl is stopped', async () => {
  const site = await serveSite({ '/app/': 'x' });
  const pool = new BrowserPool({ launch });
  const crawl = new Crawler({ seeds: `${site.origin}/app/`, robots: false });
  crawl.use(pool.render('/app/**'));
  const isThere = Promise.withResolvers<void>();
  const stuck = new BrowserPool({
    launch,
    ready: () => {
      isThere.resolve();
      return new Promise(() => {});
    },
  });
  const other = new Crawler({ seeds: `${site.origin}/app/`, robots: false });
  other.use(stuck.render('/app/**'));
  const done = other.forEach(() => {});
  await isThere.promise;
  assert.is(stuck.statistics().open, 1);
  other.stop();
  await done;
  assert.is(stuck.statistics().open, 0);
  await Promise.all([pool.close(), stuck.close(), stuck.close()]);
  await site.close();
});
test('refuses options that cannot be', () => {
  const refused = (make: () => unknown) =>
    assert.throws(make, (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION');
  for (const options of [{ maxPages: 0 }, { pagesPerContext: 1.5 }, { timeoutMs: 0 }])
    refused(() => new BrowserPool(options));
  refused(() => new BrowserPool().render());
  assert.throws(() => new BrowserPool({ maxPage: 1 } as object), /maxPages/);
});
test.run();
