// covers: src/visit/visitor.ts
// covers: src/visit/robots-policy.ts
// covers: src/visit/sitemap-targets.ts
// covers: src/report/explanation.ts
/** Every way a URL can end, on one odd site. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlerOptions, type CrawlFailure, jsonl, type PageRow } from '../../src/index.ts';
import { answer, linksTo, type Route, type Site, serveSite } from './site.ts';

let files = 0;

/** Crawls a site from its root into a file; gives the rows by path, in order. */
async function crawlSite(routes: Readonly<Record<string, Route>>, options: Partial<CrawlerOptions> = {}) {
  const site = await serveSite(routes);
  const path = join(tmpdir(), `oxbow-outcomes-${process.pid}-${++files}.jsonl`);
  const failures: CrawlFailure[] = [];
  try {
    const crawl = new Crawler({
      seeds: `${site.origin}/`,
      retry: { maxAttempts: 1, baseMs: 1 },
      observer: { failure: (failure) => failures.push(failure) },
      ...options,
    });
    await crawl.to(jsonl(path));
    const text = await readFile(path, 'utf8');
    const rows = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as PageRow);
    const byPath = Object.fromEntries(rows.map((row) => [row.url.slice(site.origin.length), row]));
    assert.is(Object.keys(byPath).length, rows.length, 'a URL has two rows');
    return { site, rows, byPath, statistics: crawl.statistics(), failures, crawl };
  } finally {
    await site.close();
    await rm(path, { force: true });
  }
}
const pathsOf = (links: readonly string[], origin: string) => links.map((link) => link.replace(origin, ''));

const test = suite('outcomes of a crawl');
test('gives one row with nine fields for each answered URL', async () => {
  const { rows, byPath, site, statistics } = await crawlSite({
    '/': `<title>Home</title>${linksTo('/a', '/gone')}`,
    '/a': '<title>A</title>',
  });
  assert.equal(Object.keys(rows[0]!), [
    'url',
    'status',
    'depth',
    'title',
    'links',
    'contentType',
    'bytes',
    'fetchedAt',
    'referrer',
  ]);
  const { fetchedAt, ...home } = byPath['/']!;
  assert.not.ok(Number.isNaN(Date.parse(fetchedAt)));
  assert.equal(home, {
    url: `${site.origin}/`,
    status: 200,
    depth: 0,
    title: 'Home',
    links: [`${site.origin}/a`, `${site.origin}/gone`],
    contentType: 'text/html; charset=utf-8',
    bytes: 58,
    referrer: null,
  });
  assert.equal([byPath['/a']!.depth, byPath['/a']!.referrer], [1, `${site.origin}/`]);
  assert.equal([byPath['/gone']!.status, byPath['/gone']!.title], [404, 'none']);
  const { pages, links, failed, redirects } = statistics;
  assert.equal({ pages, links, failed, redirects }, { pages: 2, links: 2, failed: 1, redirects: 0 });
});
test('follows relative, base and fragment links once, and no foreign origin', async () => {
  const home = `<base href="/dir/"><a href="x#1"></a><a href="x#2"></a><a href="../y"></a><a href="//127.0.0.2:1/z"></a><a href="mailto:a@b"></a>`;
  const { site, byPath, statistics } = await crawlSite({ '/': home, '/dir/x': '<a href="#top">', '/y': '' });
  assert.equal(pathsOf(byPath['/']!.links, site.origin), ['/dir/x', '/y', 'http://127.0.0.2:1/z']);
  assert.equal(pathsOf(byPath['/dir/x']!.links, site.origin), ['/dir/x']);
  assert.equal(site.requests.sort(), ['/', '/dir/x', '/robots.txt', '/y']);
  assert.is(statistics.skipped.scope, 1);
});
test('writes a redirect as a row, and its target at the same depth', async () => {
  const { byPath, site, statistics } = await crawlSite({
    '/': linksTo('/old', '/out'),
    '/old': answer(301, { location: 'new#part', 'content-type': 'text/html' }, linksTo('/never')),
    '/new': '<title>New</title>',
    '/out': answer(302, { location: 'http://127.0.0.2:1/' }),
  });
  assert.equal([byPath['/old']!.status, byPath['/old']!.links, byPath['/old']!.title], [301, [], null]);
  assert.equal([byPath['/new']!.depth, byPath['/new']!.referrer], [1, `${site.origin}/old`]);
  assert.equal([statistics.pages, statistics.redirects, statistics.failed], [2, 2, 0]);
});
test('follows 10 redirects in a row and not the 11th, and ends a loop', async () => {
  const routes: Record<string, Route> = {
    '/': linksTo('/r0', '/loop'),
    '/loop': answer(307, { location: '/loop' }),
  };
  for (let hop = 0; hop < 12; hop++) routes[`/r${hop}`] = answer(302, { location: `/r${hop + 1}` });
  const { site, statistics } = await crawlSite(routes);
  assert.ok(site.requests.includes('/r10'));
  assert.not.ok(site.requests.includes('/r11'));
  assert.is(site.requests.filter((path) => path === '/loop').length, 1);
  assert.is(statistics.skipped.redirects, 1);
});
test('writes the links of an error page, but does not follow them', async () => {
  const { byPath, site } = await crawlSite({
    '/': linksTo('/gone'),
    '/gone': answer(410, { 'content-type': 'text/html' }, `<title>Gone</title>${linksTo('/help')}`),
  });
  assert.equal([byPath['/gone']!.title, pathsOf(byPath['/gone']!.links, site.origin)], ['Gone', ['/help']]);
  assert.not.ok(site.requests.includes('/help'));
});
test('gives non-HTML a row without title and links', async () => {
  const { byPath } = await crawlSite({
    '/': linksTo('/text', '/image', '/empty', '/untyped'),
    '/text': answer(200, { 'content-type': 'text/plain' }, linksTo('/never')),
    '/image': answer(200, { 'content-type': 'image/png' }, new Uint8Array([0x89, 0x50])),
    '/empty': answer(204),
    '/untyped': (_request, response) => void response.writeHead(200).end('<!doctype html><title>t</title>'),
  });
  assert.equal(
    [byPath['/text']!.title, byPath['/text']!.links, byPath['/text']!.contentType],
    [null, [], 'text/plain'],
  );
  assert.is(byPath['/image']!.bytes, 2);
  assert.equal(
    [byPath['/empty']!.status, byPath['/empty']!.contentType, byPath['/empty']!.bytes],
    [204, null, 0],
  );
  assert.is(byPath['/untyped']!.title, 't');
});
test('reads the beginning of a huge page and of a decompression bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(30_000_000, 'x'));
  const huge = `${linksTo('/found')}${'x'.repeat(200_000)}${linksTo('/behind')}`;
  const { site, byPath, statistics } = await crawlSite(
    {
      '/': linksTo('/huge', '/bomb'),
      '/huge': huge,
      '/found': '',
      '/bomb': answer(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, bomb),
    },
    { limits: { maxBodyBytes: 100_000 } },
  );
  assert.ok(byPath['/huge']!.bytes <= 100_000);
  assert.equal(pathsOf(byPath['/huge']!.links, site.origin), ['/found']);
  assert.ok(byPath['/bomb']!.bytes <= 100_000);
  assert.equal([statistics.pages, statistics.failed], [4, 0]);
});
test('reads gzip, and the encodings pages really have', async () => {
  const { byPath } = await crawlSite({
    '/': linksTo('/latin', '/wrong', '/gzip'),
    '/latin': answer(200, { 'content-type': 'text/html' }, Buffer.from('<title>caf\xe9</title>', 'latin1')),
    '/wrong': answer(
      200,
      { 'content-type': 'text/html; charset=nonsense' },
      '<meta charset=utf-8><title>é</title>',
    ),
    '/gzip': answer(
      200,
      { 'content-type': 'text/html', 'content-encoding': 'gzip' },
      gzipSync('<title>packed</title>'),
    ),
  });
  assert.equal(
    ['/latin', '/wrong', '/gzip'].map((path) => byPath[path]!.title),
    ['café', 'é', 'packed'],
  );
});
test('counts dropped connections and silent servers as failed, after their retries', async () => {
  const { site, byPath, statistics, failures } = await crawlSite(
    {
      '/': linksTo('/drop', '/cut', '/silent', '/stall', '/ok'),
      '/drop': (request) => void request.socket.destroy(),
      '/cut': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100' });
        response.write('<p>');
        setImmediate(() => response.destroy());
      },
      '/silent': () => {},
      '/stall': (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).write('<p>'),
      '/ok': '',
    },
    { limits: { headersTimeoutMs: 2_000, bodyIdleTimeoutMs: 2_000 } },
  );
  assert.equal(Object.keys(byPath).sort(), ['/', '/ok']);
  const reasons = Object.fromEntries(
    failures.map(({ url, reason, attempt }) => [url.slice(site.origin.length), [reason, attempt]]),
  );
  assert.equal(reasons, {
    '/drop': ['network', 2],
    '/cut': ['network', 2],
    '/silent': ['timeout', 2],
    '/stall': ['timeout', 2],
  });
  assert.equal([statistics.pages, statistics.failed], [2, 4]);
});
test('tries an overloaded server again, and writes its last answer', async () => {
  let asked = 0;
  const { byPath, statistics } = await crawlSite({
    '/': linksTo('/busy', '/broken'),
    '/busy': (request, response) =>
      (answer(++asked === 1 ? 503 : 200, {}) as (...a: unknown[]) => void)(request, response),
    '/broken': answer(500),
  });
  assert.equal([byPath['/busy']!.status, byPath['/broken']!.status], [200, 500]);
  assert.equal([statistics.pages, statistics.failed, statistics.retries], [2, 1, 2]);
});
test('obeys robots.txt, asks for it once, and follows it for redirects too', async () => {
  const { site, statistics } = await crawlSite({
    '/robots.txt': answer(
      200,
      { 'content-type': 'text/plain' },
      'User-agent: *\nDisallow: /no\nAllow: /no/but',
    ),
    '/': linksTo('/no/a', '/no/but', '/go'),
    '/no/but': '',
    '/go': answer(302, { location: '/no/b' }),
  });
  assert.equal(site.requests.sort(), ['/', '/go', '/no/but', '/robots.txt']);
  assert.is(statistics.skipped.robots, 2);
});
test('fetches a forbidden seed no further than its robots.txt, and everything when told to ignore it', async () => {
  const routes = { '/robots.txt': answer(200, {}, 'User-agent: oxbow-crawler\nDisallow: /'), '/': '' };
  const obeying = await crawlSite(routes);
  assert.equal(obeying.site.requests, ['/robots.txt']);
  assert.equal([obeying.statistics.failed, obeying.failures[0]!.reason], [1, 'robots']);
  const ignoring = await crawlSite(routes, { robots: false });
  assert.equal(ignoring.site.requests, ['/']);
});
test('crawls nothing of a site whose robots.txt is broken', async () => {
  const { site, statistics, failures } = await crawlSite(
    { '/robots.txt': answer(503), '/': '' },
    { retry: { maxAttempts: 0 } },
  );
  assert.equal(site.requests, ['/robots.txt']);
  assert.equal([statistics.failed, failures[0]!.reason], [1, 'robots-unreachable']);
});
test('keeps to one request at a time and the delay between them, robots.txt included', async () => {
  const delayMs = 40;
  const { site } = await crawlSite(
    { '/': linksTo('/a', '/b', '/c'), '/a': '', '/b': '', '/c': '' },
    { politeness: { delayMs } },
  );
  assert.is(site.spans.length, 5);
  for (let index = 1; index < site.spans.length; index++) {
    const gapMs = site.spans[index]!.fromMs - site.spans[index - 1]!.toMs;
    assert.ok(gapMs > delayMs - 5, `request ${index} came ${gapMs} ms after the one before`);
  }
});
test('takes the longer of the delay and the Crawl-delay', async () => {
  const { site } = await crawlSite({
    '/robots.txt': answer(200, {}, 'User-agent: *\nCrawl-delay: 0.06'),
    '/': linksTo('/a'),
    '/a': '',
  });
  assert.ok(site.spans[2]!.fromMs - site.spans[1]!.toMs > 55);
});
test('ends after maxPages pages, exactly, and goes no deeper than maxDepth', async () => {
  const routes: Record<string, Route> = { '/': linksTo('/1', '/gone') };
  for (let page = 1; page < 30; page++) routes[`/${page}`] = linksTo(`/${page + 1}`);
  assert.is((await crawlSite(routes, { limits: { maxPages: 7 } })).statistics.pages, 7);
  const shallow = await crawlSite(routes, { limits: { maxDepth: 2 } });
  assert.equal(Object.keys(shallow.byPath).sort(), ['/', '/1', '/2', '/gone']);
});
test('loses no page to a limit on depth when the shorter way to it is the slower one', async () => {
  let tries = 0;
  const { byPath } = await crawlSite(
    {
      '/': linksTo('/late', '/b'),
      '/late': (_, response) => {
        tries++;
        if (tries === 1) response.writeHead(503).end();
        else response.writeHead(200, { 'content-type': 'text/html' }).end(linksTo('/x'));
      },
      '/b': linksTo('/c'),
      '/c': linksTo('/x'),
      '/x': linksTo('/y'),
      '/y': linksTo('/too-deep'),
    },
    { limits: { maxDepth: 3 }, retry: { baseMs: 20 } },
  );
  assert.is(tries, 2);
  assert.is(byPath['/x']?.depth, 2);
  assert.is(byPath['/y']?.depth, 3);
  assert.is(byPath['/too-deep'], undefined);
});
test('does not fall into a trap of paths or queries', async () => {
  const endless = await serveSite({});
  await endless.close();
  let visits = 0;
  const handler: Route = (request, response) => {
    visits++;
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(linksTo(`${request.url === '/' ? '' : request.url}/x`));
  };
  const routes = new Proxy({ '/robots.txt': answer(404) } as Record<string, Route>, {
    get: (known, path: string) => known[path] ?? handler,
  });
  const { statistics } = await crawlSite(routes);
  assert.ok(visits < 5);
  assert.is(statistics.skipped.trap, 1);
});
test('reads the sitemaps that robots.txt names, when asked to', async () => {
  const routes: Record<string, Route> = {
    '/robots.txt': answer(200, {}, 'Sitemap: /index.xml'),
    '/index.xml': answer(
      200,
      { 'content-type': 'application/xml' },
      '<sitemapindex><sitemap><loc>/map.txt</loc></sitemap></sitemapindex>',
    ),
    '/map.txt': answer(200, { 'content-type': 'text/plain' }, '/hidden\n'),
    '/': '',
    '/hidden': '',
  };
  const { byPath } = await crawlSite(routes, { robots: { sitemaps: true } });
  assert.equal(Object.keys(byPath).sort(), ['/', '/hidden', '/index.xml', '/map.txt']);
});
test('reads sitemaps of another host that robots.txt names, and the usual one where it names none', async () => {
  const maps = await serveSite({
    '/robots.txt': answer(404),
    '/map.txt': (_request, response) => response.end(`${home.origin}/hidden\n${maps.origin}/foreign\n`),
  });
  const home: Site = await serveSite({
    '/robots.txt': (_request, response) => response.end(`Sitemap: ${maps.origin}/map.txt`),
    '/': '',
    '/hidden': '',
  });
  try {
    const crawl = new Crawler({ seeds: `${home.origin}/`, robots: { sitemaps: true } });
    await crawl.forEach(() => {});
    assert.ok(home.requests.includes('/hidden'));
    assert.not.ok(maps.requests.includes('/foreign'));
  } finally {
    await home.close();
    await maps.close();
  }
  const usual = await crawlSite(
    { '/': '', '/sitemap.xml': '<urlset><url><loc>/found</loc></url></urlset>', '/found': '' },
    { robots: { sitemaps: true } },
  );
  assert.ok(usual.site.requests.includes('/found'));
});
test('counts and tells a sitemap that is none, and asks for nothing it seems to name', async () => {
  const notices: string[] = [];
  const { site, statistics } = await crawlSite(
    {
      '/robots.txt': answer(200, {}, 'Sitemap: /archive.zip'),
      '/': '',
      '/archive.zip': answer(
        200,
        {},
        new Uint8Array(60_000).map((_, at) => (at * 7919) % 251),
      ),
    },
    { robots: { sitemaps: true }, observer: { notice: ({ kind }) => void notices.push(kind) } },
  );
  assert.equal(site.requests.sort(), ['/', '/archive.zip', '/robots.txt']);
  assert.equal([statistics.skipped.sitemap, notices], [1, ['sitemap']]);
});
test('keeps what came of a body that was cut, when asked to', async () => {
  const routes: Record<string, Route> = {
    '/': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
      response.write('<title>half</title>');
      setImmediate(() => response.destroy());
    },
  };
  assert.equal((await crawlSite(routes)).rows, []);
  assert.is((await crawlSite(routes, { keepPartialBodies: true })).byPath['/']?.title, 'half');
});
test('follows areas, frames and refreshes as a browser does, and nothing of a page that asks not to', async () => {
  const routes: Record<string, Route> = {
    '/': `<area href=/area><iframe src=/iframe></iframe><meta http-equiv=refresh content="9;url=/refresh"><img src=/image>
      <a href=/rel rel=nofollow></a>${linksTo('/meta', '/header')}`,
    '/meta': `<meta name=robots content=nofollow>${linksTo('/never')}`,
    '/header': answer(200, { 'content-type': 'text/html', 'x-robots-tag': 'nofollow' }, linksTo('/never')),
    ...Object.fromEntries(
      ['/area', '/iframe', '/refresh', '/image', '/rel', '/never'].map((path) => [path, '']),
    ),
  };
  const { site, statistics } = await crawlSite(routes);
  assert.equal(site.requests.sort(), [
    '/',
    '/area',
    '/header',
    '/iframe',
    '/meta',
    '/refresh',
    '/robots.txt',
  ]);
  assert.is(statistics.skipped.nofollow, 3);
  const all = await crawlSite(routes, {
    robots: { meta: false, header: false, rel: false },
    follow: { areas: false, images: true },
  });
  assert.equal(
    ['/area', '/image', '/rel', '/never'].map((path) => all.site.requests.includes(path)),
    [false, true, true, true],
  );
  assert.ok((await crawlSite(routes, { robots: false })).site.requests.includes('/never'));
});
test('explains what became of a URL', async () => {
  const { crawl, site } = await crawlSite({
    '/': linksTo('/gone', 'http://127.0.0.2:1/'),
    '/robots.txt': answer(200, {}, 'User-agent: *\nDisallow: /no'),
  });
  const verdicts = await Promise.all(
    ['/', '/gone', '/never', '/no'].map(async (path) => (await crawl.explain(site.origin + path)).verdict),
  );
  assert.equal(verdicts, ['done', 'done', 'unknown', 'skipped']);
  assert.match((await crawl.explain('http://127.0.0.2:1/')).reasons[0]!, /not a seed's/);
  assert.match((await crawl.explain(`${site.origin}/no`)).reasons[0]!, /Disallow: \/no/);
});
test('reads raw UTF-8 in a Location as UTF-8', async () => {
  const { byPath } = await crawlSite({
    '/': (_, response) => {
      response.socket?.end(
        Buffer.from(
          'HTTP/1.1 302 Found\r\nLocation: /caf\u00e9 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
          'utf8',
        ),
      );
    },
    '/caf%C3%A9%20x': '<title>there</title>',
  });
  assert.is(byPath['/caf%C3%A9%20x']?.title, 'there');
});
test('asks for a Location of other bytes as it was sent, and once where it came twice', async () => {
  const raw =
    (head: string): Route =>
    (_, response) =>
      response.socket?.end(
        Buffer.from(
          `HTTP/1.1 302 Found\r\n${head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
          'latin1',
        ),
      );
  const { byPath } = await crawlSite({
    '/': linksTo('/latin', '/twice'),
    '/latin': raw('Location: /caf\xe9'),
    '/twice': raw('Location: /t1\r\nLocation: /t1'),
    '/caf%E9': '',
    '/t1': '',
  });
  assert.equal([byPath['/caf%E9']?.status, byPath['/t1']?.status], [200, 200]);
});
test('takes the last of several types, and looks into a body whose type is empty', async () => {
  const typed =
    (type: string): Route =>
    (_, response) =>
      response.writeHead(200, { 'content-type': type }).end('<title>here</title>');
  const { byPath } = await crawlSite({
    '/': linksTo('/twice', '/last', '/empty'),
    '/twice': typed('text/html, text/html; charset=utf-8'),
    '/last': typed('text/html, text/plain'),
    '/empty': typed(''),
  });
  assert.is(byPath['/twice']?.title, 'here');
  assert.is(byPath['/last']?.title, null);
  assert.is(byPath['/empty']?.title, 'here');
});
test.run();
