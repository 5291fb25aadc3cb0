/** Several workers and one host, seen from the host: whatever their clocks say, it is asked as by one polite client. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { Project, startProcess } from '../fixtures/crawl-command.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('politeness across workers');
const NEEDS_FAKETIME = 'faketime is not installed (Debian: apt-get install faketime)';
const PAGES = 25;
const DELAY_MS = 80;

/** Milliseconds from the end of each request to the beginning of the next. */
function gaps(site: LinkSite): number[] {
  const visits = [...site.visits].sort((a, b) => a.fromMs - b.fromMs);
  return visits.slice(1).map((visit, at) => visit.fromMs - visits[at]!.toMs);
}

test('a host is asked by one worker at a time, a delay apart, though their clocks differ by hours', async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  skipUnless(isInstalled('faketime'), NEEDS_FAKETIME);
  const server = await ThrowawayServer.start();
  const project = await Project.make();
  const site = await LinkSite.serve(PAGES, 5);
  const url = `${server.url}?crawl=polite`;
  const main = project.start(
    `${site.origin}/`,
    '--frontier',
    url,
    '--out',
    'a.jsonl',
    '--delay',
    String(DELAY_MS),
  );
  await until('it has begun', () => site.visits.length > 1);
  const workers = ['+3h', '-5h'].map((offset, at) =>
    startProcess(['worker', url, '--out', `w${at}.jsonl`], project.folder, ['faketime', '-f', offset]),
  );
  const ends = await Promise.all([main, ...workers].map(({ ended }) => ended));
  assert.equal(
    ends.map(({ code }) => code),
    [0, 0, 0],
    JSON.stringify(ends),
  );
  const urls = (
    await Promise.all(['a.jsonl', 'w0.jsonl', 'w1.jsonl'].map((name) => project.urlsIn(name)))
  ).flat();
  assert.equal(urls.sort(), site.urls(PAGES));
  assert.ok(Math.min(...gaps(site)) >= DELAY_MS - 1, `gaps of ${gaps(site).map(Math.round).join(', ')} ms`);
  await site.close();
  await project.remove();
  await server.stop();
});

test('a 429 that one worker meets holds all of them', async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  const server = await ThrowawayServer.start();
  const project = await Project.make();
  const site = await LinkSite.serve(PAGES, 5);
  let told = 0;
  site.answer = (path, response) => {
    if (path !== '/3' || told > 0) return false;
    told = performance.now();
    response.writeHead(429, { 'retry-after': '2' }).end();
    return true;
  };
  const url = `${server.url}?crawl=told`;
  const main = project.start(
    `${site.origin}/`,
    '--frontier',
    url,
    '--out',
    'a.jsonl',
    '--delay',
    '10',
    '--concurrency',
    '4',
  );
  await until('it has begun', () => site.visits.length > 1);
  const other = project.start('worker', url, '--out', 'b.jsonl');
  await Promise.all([main.ended, other.ended]);
  const urls = [...(await project.urlsIn('a.jsonl')), ...(await project.urlsIn('b.jsonl'))];
  assert.equal(urls.sort(), site.urls(PAGES));
  const next = Math.min(...site.visits.filter(({ fromMs }) => fromMs > told).map(({ fromMs }) => fromMs));
  assert.ok(next - told >= 1990, `asked again after ${Math.round(next - told)} ms`);
  assert.is(site.visits.filter(({ path }) => path === '/robots.txt').length, 1);
  await site.close();
  await project.remove();
  await server.stop();
});

test.run();
