// covers: src/frontier/sqlite-journal.ts
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert, suite } from '@oxbow/testkit';
import { openSqliteFrontier } from '../../src/frontier/sqlite-frontier.ts';

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

const test = suite('openSqliteFrontier');
let folder: string;
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oxbow-frontier-'));
});
test.after(() => rm(folder, { recursive: true, force: true }));

test('knows after reopening what was settled, what waits and what was leased, in order', async () => {
  const path = join(folder, 'reopen.db');
  const first = await openSqliteFrontier(path, { now: () => 1000 });
  const target = {
    url: 'http://a/1',
    depth: 2,
    referrer: 'http://a/',
    priority: 3,
    redirects: 1,
    mayBePrivate: true,
    data: { a: [1] },
  };
  await first.offer([target, 'http://b/1', 'http://c/1', 'http://d/1']);
  const { items } = await first.claim({ workerId: 'w', count: 4, leaseMs: 1000 });
  const tokenOf = (url: string) => items.find((item) => item.url === url)!.token;
  await first.settle({
    results: [
      { token: tokenOf('http://b/1'), outcome: 'done', discovered: ['http://e/1'] },
      { token: tokenOf('http://c/1'), outcome: 'failed', failure: { reason: 'network', message: 'gone' } },
      { token: tokenOf('http://d/1'), outcome: 'retry', afterMs: 4000 },
    ],
    hostDelays: { a: 70 },
    hostPauses: { d: 9000 },
    output: 'o',
    sequence: 1,
    checkpoint: { sink: 12 },
    sums: { pages: 3 },
  });
  await first.rules({ seeds: ['http://a/'] });
  await first.close();
  const second = await openSqliteFrontier(path, { now: () => 5000 });
  const { known, queued, leased, done, failed, checkpoint, sequence, sums } = await second.statistics('o');
  assert.equal(
    { known, queued, leased, done, failed, checkpoint, sequence, sums },
    {
      known: 5,
      queued: 3,
      leased: 0,
      done: 1,
      failed: 1,
      checkpoint: { sink: 12 },
      sequence: 1,
      sums: { pages: 3 },
    },
  );
  assert.is((await second.lookup('http://a/1')).hostDelayMs, 70);
  assert.is((await second.lookup('http://d/1')).hostDueInMs, 5000);
  assert.equal((await second.lookup('http://c/1')).failure, { reason: 'network', message: 'gone' });
  assert.equal([await second.rules(), second.incarnation], [{ seeds: ['http://a/'] }, first.incarnation]);
  const again = await second.claim({ workerId: 'w', count: 9, leaseMs: 1000 });
  const byUrl = Object.fromEntries(again.items.map(({ token, ...item }) => [item.url, item]));
  const { validators, attempt, ...kept } = byUrl['http://a/1']!;
  assert.equal([kept, validators, attempt], [{ ...target, purpose: 'page', redirectedFrom: null }, null, 1]);
  assert.is(byUrl['http://d/1'], undefined);
  assert.ok('http://e/1' in byUrl);
  assert.equal(await second.offer(['http://b/1']), { accepted: 0, duplicates: 1, refused: 0 });
  assert.is(await second.retryFailed(), 1);
  await second.close();
  const third = await openSqliteFrontier(path, { now: () => 10_000 });
  const last = await third.claim({ workerId: 'w', count: 9, leaseMs: 1000 });
  assert.equal(last.items.map(({ url, attempt: tries }) => [url, tries]).sort(), [
    ['http://a/1', 1],
    ['http://c/1', 1],
    ['http://d/1', 2],
    ['http://e/1', 1],
  ]);
  await third.close();
});
test('has a finished crawl wait again with the validators of its pages, and an unfinished one go on', async () => {
  const path = join(folder, 'recrawl.db');
  const settleOne = async (frontier: Awaited<ReturnType<typeof openSqliteFrontier>>) => {
    const { items } = await frontier.claim({ workerId: 'w', count: 1, leaseMs: 1000 });
    const validators = { etag: '"1"', lastModified: null };
    await frontier.settle({
      results: [{ token: items[0]!.token, outcome: 'done', validators }],
      checkpoint: 'c',
    });
  };
  const first = await openSqliteFrontier(path);
  await first.offer(['http://a/1', 'http://b/1']);
  await settleOne(first);
  await first.close();
  const unfinished = await openSqliteFrontier(path, { recrawl: true });
  const { queued, checkpoint } = await unfinished.statistics();
  assert.equal([queued, checkpoint], [1, 'c']);
  await settleOne(unfinished);
  await unfinished.close();
  const again = await openSqliteFrontier(path, { recrawl: true });
  const all = await again.statistics();
  assert.equal([all.queued, all.done, all.checkpoint], [2, 0, undefined]);
  const { items } = await again.claim({ workerId: 'w', count: 2, leaseMs: 1000 });
  assert.equal(
    items.map((item) => item.validators),
    [
      { etag: '"1"', lastModified: null },
      { etag: '"1"', lastModified: null },
    ],
  );
  // What an answer without validators leaves is what was known before.
  await again.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' as const })) });
  await again.close();
  const third = await openSqliteFrontier(path, { recrawl: true });
  assert.is(
    (await third.claim({ workerId: 'w', count: 1, leaseMs: 1000 })).items[0]!.validators?.etag,
    '"1"',
  );
  await third.close();
});
test('refuses a file that is open elsewhere, and takes it when that is closed', async () => {
  const path = join(folder, 'locked.db');
  const first = await openSqliteFrontier(path);
  assert.is(await codeOf(openSqliteFrontier(path)), 'ERR_OXBOW_CRAWLER_FRONTIER_LOCKED');
  await first.close();
  await (await openSqliteFrontier(path)).close();
});
test('refuses a file that is no frontier', async () => {
  const path = join(folder, 'other.txt');
  await writeFile(path, 'not a database, but long enough to be read as one'.repeat(50));
  assert.is(await codeOf(openSqliteFrontier(path)), 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  assert.is(
    await codeOf(openSqliteFrontier(join(folder, 'no', 'such', 'folder.db'))),
    'ERR_OXBOW_CRAWLER_FRONTIER_FILE',
  );
});
test('leaves a database of something else, and of another version, as it is', async () => {
  const path = join(folder, 'foreign.db');
  const foreign = new DatabaseSync(path);
  foreign.exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)');
  foreign.close();
  const before = await readFile(path);
  const refused = async (message: string) => {
    const error = (await openSqliteFrontier(path).catch((reason: unknown) => reason)) as Error & {
      code: string;
    };
    assert.is(error.code, 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
    assert.match(error.message, message);
  };
  await refused('a database of something else');
  assert.ok((await readFile(path)).equals(before));
  await rm(path);
  await (await openSqliteFrontier(path)).close();
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await refused('has version 99 of the frontier');
});
test('refuses a folder that is not there, and a file that is a folder', async () => {
  for (const path of [join(folder, 'no', 'crawl.db'), folder])
    assert.is(await codeOf(openSqliteFrontier(path)), 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
});
test.run();
