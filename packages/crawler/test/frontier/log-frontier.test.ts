// covers: src/frontier/log-replay.ts, src/frontier/file-lock.ts, src/frontier/exclusive-lock.ts, src/frontier/frontier-file.ts, src/frontier/kept-frontier.ts, src/frontier/opening-errors.ts, src/frontier/sqlite-thread.ts
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert, suite } from '@oxbow/testkit';
import { openFrontierFile } from '../../src/frontier/frontier-file.ts';
import { openLogFile, openLogFrontier } from '../../src/frontier/log-frontier.ts';
import type { Frontier } from '../../src/index.ts';

interface Refusal extends Error {
  readonly code: string;
}
const refusalOf = (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => ({ code: 'no error', message: '' }) as Refusal,
    (error: Refusal) => error,
  );
const codeOf = async (promise: Promise<unknown>): Promise<string> => (await refusalOf(promise)).code;
const claimAll = (frontier: Frontier) => frontier.claim({ workerId: 'w', count: 99, leaseMs: 1000 });

const test = suite('openLogFrontier');
let folder: string;
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oxbow-frontier-'));
});
test.after(() => rm(folder, { recursive: true, force: true }));

test('knows after reopening what was settled, what waits and what was leased, in order', async () => {
  const path = join(folder, 'reopen.log');
  const first = await openLogFrontier(path, { now: () => 1000 });
  const target = {
    url: 'http://a/1',
    depth: 2,
    referrer: 'http://a/',
    priority: 3,
    redirects: 1,
    mayBePrivate: true,
    data: { a: [1] },
  };
  const near = { url: 'http://f/1', referrer: 'http://a/' };
  await first.offer([target, near, 'http://b/1', 'http://c/1', 'http://d/1']);
  const { items } = await claimAll(first);
  const tokenOf = (url: string) => items.find((item) => item.url === url)!.token;
  await first.settle({
    results: [
      { token: tokenOf('http://b/1'), outcome: 'done', discovered: ['http://e/1'] },
      { token: tokenOf('http://c/1'), outcome: 'failed', failure: { reason: 'network', message: 'gone' } },
      { token: tokenOf('http://d/1'), outcome: 'retry', afterMs: 4000 },
    ],
    hostDelays: { a: 70 },
    hostPauses: { d: 4000 },
    output: 'o',
    sequence: 1,
    checkpoint: { sink: 12 },
    sums: { pages: 3 },
  });
  await first.rules({ seeds: ['http://a/'] });
  await first.close();
  const second = await openLogFrontier(path, { now: () => 2000 });
  const { known, queued, leased, done, failed, hosts, checkpoint, sequence, sums } =
    await second.statistics('o');
  assert.equal([known, queued, leased, done, failed, hosts], [6, 4, 0, 1, 1, 6]);
  assert.equal([checkpoint, sequence, sums], [{ sink: 12 }, 1, { pages: 3 }]);
  assert.is((await second.lookup('http://a/1')).hostDelayMs, 70);
  assert.is((await second.lookup('http://d/1')).hostDueInMs, 3000);
  assert.equal((await second.lookup('http://c/1')).failure, { reason: 'network', message: 'gone' });
  assert.equal([await second.rules(), second.incarnation], [{ seeds: ['http://a/'] }, first.incarnation]);
  const again = await claimAll(second);
  const byUrl = Object.fromEntries(again.items.map(({ token, ...item }) => [item.url, item]));
  const { validators, attempt, ...kept } = byUrl['http://a/1']!;
  assert.equal([kept, validators, attempt], [{ ...target, purpose: 'page', redirectedFrom: null }, null, 1]);
  assert.is(byUrl['http://f/1']!.referrer, 'http://a/');
  assert.is(byUrl['http://d/1'], undefined);
  assert.ok('http://e/1' in byUrl);
  assert.equal(await second.offer(['http://b/1']), { accepted: 0, duplicates: 1, refused: 0 });
  assert.is(await second.retryFailed(), 1);
  await second.close();
  const third = await openLogFrontier(path, { now: () => 10_000 });
  assert.is((await third.statistics()).failed, 0);
  const last = await claimAll(third);
  assert.equal(last.items.map(({ url, attempt: tries }) => [url, tries]).sort(), [
    ['http://a/1', 1],
    ['http://c/1', 1],
    ['http://d/1', 2],
    ['http://e/1', 1],
    ['http://f/1', 1],
  ]);
  await third.close();
});
test('keeps levels, priorities and the limit of a host over a restart', async () => {
  const path = join(folder, 'levels.log');
  const options = { byLevels: true, maxUrlsPerHost: 4, maxInFlightPerHost: 9 };
  const first = await openLogFrontier(path, options);
  await first.offer([
    { url: 'http://h/deep', depth: 2 },
    { url: 'http://h/late', depth: 1 },
    { url: 'http://h/soon', depth: 1, priority: 1 },
    { url: 'http://h/', depth: 0 },
  ]);
  await first.close();
  const second = await openLogFrontier(path, options);
  assert.ok((await second.lookup('http://h/more')).hostIsFull);
  for (const urls of [['http://h/'], ['http://h/soon', 'http://h/late'], ['http://h/deep']]) {
    const { items } = await claimAll(second);
    assert.equal(
      items.map(({ url }) => url),
      urls,
    );
    await second.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' })) });
  }
  assert.ok((await claimAll(second)).drained);
  await second.close();
});
test('keeps the failures that can be tried again apart from the rest of a long log', async () => {
  const path = join(folder, 'failures.log');
  const first = await openLogFrontier(path, { maxInFlightPerHost: 1000 });
  const urls = Array.from({ length: 500 }, (_, index) => `http://h/${index}`);
  await first.offer(urls.map((url) => ({ url, referrer: 'http://h/list' })));
  const { items } = await first.claim({ workerId: 'w', count: 1000, leaseMs: 1000 });
  const failure = { reason: 'handler', message: 'a bug' };
  await first.settle({
    results: items.map(({ token }, index) =>
      index % 5 === 0 ? { token, outcome: 'failed', failure } : { token, outcome: 'done' },
    ),
  });
  await first.close();
  const second = await openLogFrontier(path, { maxInFlightPerHost: 1000 });
  assert.equal([await second.retryFailed({ reason: 'network' }), await second.retryFailed()], [0, 100]);
  await second.close();
  const third = await openLogFrontier(path, { maxInFlightPerHost: 1000 });
  const again = await third.claim({ workerId: 'w', count: 1000, leaseMs: 1000 });
  assert.equal(
    [again.items.length, again.items[1]!.url, again.items[1]!.referrer],
    [100, 'http://h/5', 'http://h/list'],
  );
  await third.close();
});
test('refuses a log that is open elsewhere, and takes it when that is closed', async () => {
  const path = join(folder, 'locked.log');
  const first = await openLogFrontier(path);
  assert.is(await codeOf(openLogFrontier(path)), 'ERR_OXBOW_CRAWLER_FRONTIER_LOCKED');
  await first.close();
  await (await openLogFrontier(path)).close();
});
test('leaves a file of something else as it is, and says what it is; nothing stays beside it', async () => {
  const path = join(folder, 'foreign.log');
  await writeFile(path, 'GET / HTTP/1.1 200\n'.repeat(100));
  const before = await readFile(path);
  const { code, message } = await refusalOf(openLogFrontier(path));
  assert.is(code, 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  assert.match(message, 'a file of something else');
  assert.ok((await readFile(path)).equals(before));
  assert.not(existsSync(`${path}-lock`));
});
test('refuses a folder that is not there, a path that is a folder, and a log that is not to be made', async () => {
  for (const path of [join(folder, 'no', 'crawl.log'), folder])
    assert.is(await codeOf(openLogFrontier(path)), 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  const path = join(folder, 'absent.log');
  const { code, message } = await refusalOf(openLogFile(path, { create: false }));
  assert.equal(
    [code, existsSync(path), existsSync(`${path}-lock`)],
    ['ERR_OXBOW_CRAWLER_FRONTIER_FILE', false, false],
  );
  assert.match(message, 'there is no such file');
});
test('refuses every call once a write has failed, and goes on from what was confirmed', async () => {
  const path = join(folder, 'full.log');
  // As a disk that is full: the log may not grow any further.
  const { frontier } = await openLogFile(path, {}, { maxLogBytes: 400 });
  await frontier.offer(['http://a/1']);
  const offer = await refusalOf(frontier.offer([`http://a/${'x'.repeat(500)}`]));
  assert.is(offer.code, 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  assert.match(offer.message, 'full.log cannot be written');
  for (const call of [claimAll(frontier), frontier.offer([]), frontier.statistics()])
    assert.is(await codeOf(call), 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  await frontier.close();
  const again = await openLogFrontier(path);
  assert.equal(
    (await claimAll(again)).items.map(({ url }) => url),
    ['http://a/1'],
  );
  await again.close();
});
test('leaves recrawls to SQLite files', async () => {
  assert.is(
    await codeOf(openLogFile(join(folder, 'recrawl.log'), { recrawl: true })),
    'ERR_OXBOW_CRAWLER_OPTION',
  );
});
test('is the engine of a path that ends in .log, and of a log by any other name', async () => {
  const path = join(folder, 'named.log');
  await (await openFrontierFile(path)).frontier.close();
  assert.is((await readFile(path)).toString('latin1', 0, 8), 'OXBOWLOG');
  const other = join(folder, 'named.frontier');
  await writeFile(other, await readFile(path));
  const { frontier, lookup } = await openFrontierFile(other);
  await frontier.offer(['http://a/']);
  await frontier.close();
  assert.is(lookup('http://a/').state, 'queued');
  assert.is((await readFile(other)).toString('latin1', 0, 8), 'OXBOWLOG');
});
test('is not the engine of a SQLite file, whatever its name', async () => {
  const path = join(folder, 'named.db');
  await (await openFrontierFile(path)).frontier.close();
  const renamed = join(folder, 'sqlite.log');
  await writeFile(renamed, await readFile(path));
  await (await openFrontierFile(renamed)).frontier.close();
  const database = new DatabaseSync(renamed, { readOnly: true });
  assert.is(Number(database.prepare('PRAGMA user_version').get()?.user_version), 2);
  database.close();
});
test.run();
