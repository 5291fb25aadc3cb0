// covers: src/frontier/frontier-at.ts, src/frontier/limit-words.ts
/** `oxbow-crawl` with its frontier on a server: begun, joined, steered and looked at from processes of their own. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { Project } from '../fixtures/crawl-command.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { freePort, isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('oxbow-crawl on a server');
const PAGES = 60;

let server: ThrowawayServer;
let project: Project;
let crawls = 0;

test.before(async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  server = await ThrowawayServer.start();
  project = await Project.make();
});
test.after(async () => {
  await project?.remove();
  await server?.stop();
});

const newCrawl = (): string => `${server.url}/0?crawl=c${++crawls}`;

test('one crawl by two processes: every page is in one of the outputs, once, and both tell of all of it', async () => {
  const site = await LinkSite.serve(PAGES, 20);
  const crawl = newCrawl();
  const first = project.start(
    `${site.origin}/`,
    '--frontier',
    crawl,
    '--out',
    'a.jsonl',
    '--concurrency',
    '2',
    '--delay',
    '1',
  );
  await until('the crawl has begun', () => site.visits.length > 2);
  const second = project.start('worker', '--frontier', crawl, '--out', 'b.jsonl', '--concurrency', '2');
  const ends = await Promise.all([first.ended, second.ended]);
  assert.equal(
    ends.map(({ code }) => code),
    [0, 0],
    JSON.stringify(ends),
  );
  const urls = [...(await project.urlsIn('a.jsonl')), ...(await project.urlsIn('b.jsonl'))];
  assert.equal(urls.sort(), site.urls(PAGES));
  for (const { stdout } of ends) assert.match(stdout, `crawled ${PAGES + 1} pages`);
  const status = await project.run('status', crawl);
  assert.match(status.stdout, /^state: running\n/);
  assert.match(status.stdout, `${PAGES + 1} answered`);
  assert.match(status.stdout, 'outputs: a.jsonl, b.jsonl');
  const explained = await project.run('explain', `${site.origin}/7`, '--frontier', crawl);
  assert.match(explained.stdout, '/7: done');
  await site.close();
});

test('pauses, goes on and stops for all, and goes on again without fetching anything twice', async () => {
  const site = await LinkSite.serve(PAGES, 5);
  const crawl = newCrawl();
  const first = project.start(
    `${site.origin}/`,
    '--frontier',
    crawl,
    '--out',
    'p.jsonl',
    '--concurrency',
    '1',
    '--delay',
    '300',
  );
  await until('the crawl has begun', () => site.visits.length > 3);
  assert.match((await project.run('pause', crawl)).stdout, 'all workers pause');
  assert.match((await project.run('status', crawl)).stdout, 'state: paused');
  assert.match((await project.run('resume', crawl)).stdout, 'all workers go on');
  await until('it goes on', () => site.visits.length > 8);
  await project.run('stop', crawl);
  await first.ended;
  const before = site.visits.length;
  assert.ok(before < PAGES);
  const joined = await project.run('worker', crawl, '--out', 'q.jsonl');
  assert.equal([joined.code, site.visits.length], [2, before]);
  assert.match(joined.stderr, 'told to stop');
  const resumed = await project.run('resume', crawl, '--out', 'p.jsonl', '--delay', '1');
  assert.is(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stdout, `crawled ${PAGES + 1} pages`);
  assert.equal((await project.urlsIn('p.jsonl')).sort(), site.urls(PAGES));
  await site.close();
});

test('counts --max-pages over all workers', async () => {
  const site = await LinkSite.serve(PAGES, 10);
  const crawl = newCrawl();
  const first = project.start(
    `${site.origin}/`,
    '--frontier',
    crawl,
    '--out',
    'm.jsonl',
    '--max-pages',
    '15',
    '--delay',
    '1',
  );
  await until('the crawl has begun', () => site.visits.length > 2);
  const second = project.start('worker', crawl, '--out', 'n.jsonl');
  await Promise.all([first.ended, second.ended]);
  const urls = [...(await project.urlsIn('m.jsonl')), ...(await project.urlsIn('n.jsonl'))];
  assert.equal([urls.length, new Set(urls).size], [15, 15]);
  await site.close();
});

test('says at open what is wrong, and what to do', async () => {
  const site = await LinkSite.serve(3);
  const crawl = newCrawl();
  await project.run(`${site.origin}/`, '--frontier', crawl, '--out', 'r.jsonl', '--max-depth', '3');
  const refusals: readonly (readonly [readonly string[], string])[] = [
    [[`${site.origin}/`, '--frontier', crawl], 'oxbow-crawl worker'],
    [[`${site.origin}/`, '--frontier', server.url], 'crawl=docs'],
    [['worker', '--frontier', `${server.url}?crawl=none`], "there is no crawl 'none'"],
    [['worker', '--frontier', crawl, '--max-depth', '4'], 'limits.maxDepth is 3 in this crawl, not 4'],
    [['worker', '--frontier', `${server.url}?crwal=x`], 'did you mean crawl?'],
    [['worker', '--frontier', `redis://127.0.0.1:${await freePort()}?crawl=x`], 'no server can be reached'],
    [['worker', '--frontier', 'mongodb://h?crawl=x'], 'not of mongodb'],
    [['worker'], 'worker needs --frontier URL'],
    [['export', crawl], 'by fingerprints only'],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await project.run(...args);
    assert.match(stderr, message);
    assert.is.not(code, 0);
    assert.not.match(stderr, /^\s+at /m);
  }
  const equal = await project.run('worker', '--frontier', crawl, '--max-depth', '3', '--out', 's.jsonl');
  assert.not.match(equal.stderr, 'in this crawl, not');
  await site.close();
});

test('says what to install where the package is not', async () => {
  const bare = await Project.make(false);
  const { stderr, code } = await bare.run('http://127.0.0.1:1/', '--frontier', `${server.url}?crawl=x`);
  assert.match(stderr, 'npm install @oxbow/redis ioredis');
  assert.is(code, 1);
  await bare.remove();
});

test.run();
