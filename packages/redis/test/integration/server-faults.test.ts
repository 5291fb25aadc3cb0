/** A crawl whose server fails, is emptied, goes back in time or is full: what came of it, by the outputs. */
import { copyFile, cp, mkdir, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { openFrontierOn, openRedisFrontier } from '../../src/frontier/open-frontier.ts';
import { connectRedis } from '../../src/index.ts';
import { crawlInto, tallyOf, urlsIn, withFolder } from '../fixtures/crawl-in-process.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { isInstalled, NEEDS_SERVER, type ServerSettings, ThrowawayServer } from '../fixtures/redis-server.ts';
import { checkStore } from '../fixtures/store-check.ts';

const test = suite('a server that fails');
const PAGES = 40;
const NOTHING = { lost: [], twice: [] };

test.before(() => skipUnless(isInstalled('redis-server'), NEEDS_SERVER));

/** A crawl of a slow site on a server of its own. */
function crawling(
  settings: ServerSettings,
  body: (given: {
    readonly server: ThrowawayServer;
    readonly site: LinkSite;
    readonly url: string;
    readonly path: string;
    readonly crawl: Promise<void>;
    send(...argv: string[]): Promise<unknown>;
  }) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const server = await ThrowawayServer.start(settings);
    const site = await LinkSite.serve(PAGES, 20);
    const path = join(folder, 'out.jsonl');
    const url = `${server.url}?crawl=docs`;
    const send = async (...argv: string[]): Promise<unknown> => {
      const connection = await connectRedis(server.url);
      try {
        return await connection.send(argv);
      } finally {
        await connection.close();
      }
    };
    const crawl = crawlInto(path, url, site, { limits: { leaseMs: 2000 } });
    crawl.catch(() => {});
    try {
      await until('the crawl is under way', () => site.visits.length > 8);
      await body({ server, site, url, path, crawl, send });
    } finally {
      await crawl.catch(() => {});
      await site.close();
      await server.stop();
    }
  });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

for (const policy of ['everysec', 'always']) {
  test(`killed and started again, with an append-only file written ${policy}`, () =>
    crawling(
      { args: ['--appendonly', 'yes', '--appendfsync', policy] },
      async ({ server, site, path, crawl }) => {
        for (const seen of [12, 25]) {
          await until('it is well under way', () => site.visits.length > seen);
          await server.kill();
          await server.start();
        }
        await crawl;
        assert.equal(tallyOf(await urlsIn(path), site, PAGES), NOTHING);
      },
    ));
}

test('gone back in time, as after the promotion of a replica that had not got everything', () =>
  crawling({ args: ['--dbfilename', 'dump.rdb'] }, async ({ server, site, path, crawl, send }) => {
    await send('SAVE');
    await copyFile(join(server.folder, 'dump.rdb'), join(server.folder, 'old.rdb'));
    const before = site.visits.length;
    await until('it has gone on', () => site.visits.length > before + 10);
    await server.kill();
    await copyFile(join(server.folder, 'old.rdb'), join(server.folder, 'dump.rdb'));
    await server.start();
    await crawl;
    assert.equal(tallyOf(await urlsIn(path), site, PAGES), NOTHING);
  }));

test('emptied, or started again with nothing: the crawl ends with an error, and keeps its output', async () => {
  await crawling({}, async ({ path, crawl, send }) => {
    await send('FLUSHALL');
    assert.is(await codeOf(crawl), 'ERR_OXBOW_CRAWLER_FRONTIER_LOST');
    assert.ok((await urlsIn(path)).length > 0);
  });
  await crawling({}, async ({ server, path, crawl }) => {
    await server.kill();
    await server.start();
    assert.is(await codeOf(crawl), 'ERR_OXBOW_CRAWLER_FRONTIER_LOST');
    assert.ok((await urlsIn(path)).length > 0);
  });
});

test('a replica for a while, without its scripts, and frozen: goes on', () =>
  crawling({}, async ({ server, site, path, crawl, send }) => {
    await send('REPLICAOF', '127.0.0.1', '1');
    await send('SCRIPT', 'FLUSH');
    await send('CLIENT', 'KILL', 'TYPE', 'normal').catch(() => {});
    await send('REPLICAOF', 'NO', 'ONE');
    server.freeze();
    server.thaw();
    await crawl;
    assert.equal(tallyOf(await urlsIn(path), site, PAGES), NOTHING);
  }));

test('full: takes in nothing new, and says so; what it has is claimed and settled', async () => {
  const server = await ThrowawayServer.start({ args: ['--maxmemory-policy', 'noeviction'] });
  const frontier = await openRedisFrontier(server.url, {
    crawl: 'full',
    maxInFlightPerHost: 1000,
    retryMs: 200,
  });
  const admin = await connectRedis(server.url);
  await frontier.offer(Array.from({ length: 500 }, (_, at) => `http://h/${at}`));
  await admin.send(['CONFIG', 'SET', 'maxmemory', '1mb']);
  const more = Array.from({ length: 100 }, (_, at) => `http://h/more/${at}`);
  assert.is(await codeOf(frontier.offer(more)), 'ERR_OXBOW_REDIS_MEMORY');
  const { items } = await frontier.claim({ workerId: 'w', count: 500, leaseMs: 60_000 });
  assert.is(items.length, 500);
  const results = items.map(({ token }) => ({ token, outcome: 'done' as const }));
  assert.is(
    await codeOf(frontier.settle({ results: [{ ...results[0]!, discovered: more }] })),
    'ERR_OXBOW_REDIS_MEMORY',
  );
  assert.equal(await frontier.settle({ results }), { accepted: 0, duplicates: 0, refused: 0 });
  await admin.send(['CONFIG', 'SET', 'maxmemory', '0']);
  assert.is((await frontier.offer(more)).accepted, 100);
  assert.is((await frontier.statistics()).done, 500);
  await frontier.close();
  await admin.close();
  await server.stop();
});

test('an append-only file cut inside its last change, and two starts: the change is there once', async () => {
  const server = await ThrowawayServer.start({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  const options = { crawl: 'torn', maxInFlightPerHost: 10 };
  const frontier = await openRedisFrontier(server.url, options);
  await frontier.offer(['http://h/1', 'http://h/2', 'http://h/3']);
  const { items } = await frontier.claim({ workerId: 'w', count: 2, leaseMs: 60_000 });
  const folder = join(server.folder, 'appendonlydir');
  const file = (await readdir(folder))
    .filter((name) => name.endsWith('.incr.aof'))
    .sort()
    .at(-1)!;
  const sizeOf = async (): Promise<number> =>
    (await import('node:fs/promises')).stat(join(folder, file)).then(({ size }) => size);
  const before = await sizeOf();
  const settlement = {
    results: [{ token: items[0]!.token, outcome: 'done' as const, discovered: ['http://h/4', 'http://o/5'] }],
    output: 'o',
    sequence: 1,
    checkpoint: 10,
  };
  await frontier.settle(settlement);
  const after = await sizeOf();
  await server.kill();
  const kept = join(server.folder, 'kept');
  await cp(folder, kept, { recursive: true });
  for (let cut = before + 1; cut < after; cut += Math.ceil((after - before) / 10)) {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await cp(kept, folder, { recursive: true });
    await truncate(join(folder, file), cut);
    await server.start();
    // The process goes on after the first start: it settles again what it has no answer for.
    const connection = await connectRedis(server.url);
    const again = await openFrontierOn(connection, options, { ownsConnection: true });
    assert.is(await codeOf(again.settle({ ...settlement, results: [] })), 'no error');
    await again.claim({ workerId: 'x', count: 1, leaseMs: 60_000 });
    await server.kill();
    await server.start();
    await checkStore(server.url, 'torn');
    await again.close();
    await server.kill();
  }
  await frontier.close();
  await server.stop();
});

test.run();
