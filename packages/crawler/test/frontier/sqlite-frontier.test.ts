// covers: src/frontier/sqlite-journal.ts
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const target = { url: 'http://a/1', depth: 2, referrer: 'http://a/', priority: 3, redirects: 1 };
  await first.offer([target, 'http://b/1', 'http://c/1', 'http://d/1']);
  const { items } = await first.claim({ workerId: 'w', count: 4, leaseMs: 1000 });
  const tokenOf = (url: string) => items.find((item) => item.url === url)!.token;
  await first.settle({
    results: [
      { token: tokenOf('http://b/1'), outcome: 'done', discovered: ['http://e/1'] },
      { token: tokenOf('http://c/1'), outcome: 'failed' },
      { token: tokenOf('http://d/1'), outcome: 'retry', notBeforeMs: 5000 },
    ],
    hostDelays: { a: 70 },
    checkpoint: { sink: 12 },
  });
  await first.close();
  const second = await openSqliteFrontier(path, { now: () => 5000 });
  const { known, queued, leased, done, failed, checkpoint } = await second.statistics();
  assert.equal(
    { known, queued, leased, done, failed, checkpoint },
    { known: 5, queued: 3, leased: 0, done: 1, failed: 1, checkpoint: { sink: 12 } },
  );
  assert.is((await second.lookup('http://a/1')).hostDelayMs, 70);
  const again = await second.claim({ workerId: 'w', count: 9, leaseMs: 1000 });
  const byUrl = Object.fromEntries(again.items.map(({ token, ...item }) => [item.url, item]));
  assert.equal(byUrl['http://a/1'], { ...target, validators: null, attempt: 1 });
  assert.is(byUrl['http://d/1']!.attempt, 2);
  assert.ok('http://e/1' in byUrl);
  assert.equal(await second.offer(['http://b/1']), { accepted: 0, duplicates: 1, refused: 0 });
  await second.close();
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
test.run();
