import { assert, suite } from '@oxbow/testkit';
import { BrowserPool } from '../../src/browser/index.ts';
import { Crawler } from '../../src/index.ts';
import { chromiumHere } from '../browser/chromium.ts';
import { linksTo, type Route, serveSite } from '../integration/site.ts';

const launch = chromiumHere();
const PAGES = 200;
const PAGES_PER_CONTEXT = 20;

const test = suite('BrowserPool');
test('keeps nothing of many pages', async () => {
  const paths = Array.from({ length: PAGES - 1 }, (_, index) => `/${index + 1}`);
  const routes: Record<string, Route> = { '/0': linksTo(...paths) };
  for (const path of paths)
    routes[path] =
      `<title>${path}</title><script>globalThis.kept = new Array(1e5).fill(document.title)</script>`;
  const site = await serveSite(routes);
  const pool = new BrowserPool({ launch, pagesPerContext: PAGES_PER_CONTEXT, timeoutMs: 120_000 });
  const crawl = new Crawler({ seeds: `${site.origin}/0`, robots: false });
  crawl.use(pool.render('/**'));
  let most = 0;
  await crawl.forEach(() => {
    most = Math.max(most, pool.statistics().openContexts);
  });
  const { rendered, failed, open, contexts, starts } = pool.statistics();
  assert.equal({ rendered, failed, open, starts }, { rendered: PAGES, failed: 0, open: 0, starts: 1 });
  assert.is(contexts, PAGES / PAGES_PER_CONTEXT);
  // The one in use, and the one before while its last pages end.
  assert.ok(most <= 2, `${most} contexts were open`);
  await pool.close();
  assert.is(pool.statistics().openContexts, 0);
  await site.close();
  const left = process
    .getActiveResourcesInfo()
    .filter((name) => name === 'ProcessWrap' || name === 'PipeWrap');
  assert.not(left.includes('ProcessWrap'));
});
test.run();
