// covers: src/frontier/open-frontier.ts
/** What the contract of all frontiers leaves to this one: owners of hosts, levels, repeats, a store that is not its own any more. */

import { hostname } from 'node:os';
import type { FrontierOptions } from '@oxbow/crawler';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import {
  openFrontierOn,
  openRedisFrontier,
  type RedisFrontierOptions,
} from '../../src/frontier/open-frontier.ts';
import type { RedisFrontier } from '../../src/frontier/redis-frontier.ts';
import { LATE_MS } from '../../src/frontier/scripts/prelude.ts';
import { connectRedis, type RedisConnection, RedisConnectionError } from '../../src/index.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('a frontier on Redis');
const LEASE_MS = 10_000;

let server: ThrowawayServer;
let connection: RedisConnection;
let crawls = 0;
let nowMs = 1_000_000;

test.before(async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  server = await ThrowawayServer.start();
  connection = await connectRedis(server.url);
});
test.after(async () => {
  await connection?.close();
  await server?.stop();
});

const open = (crawl: string, options: FrontierOptions & RedisFrontierOptions = {}): Promise<RedisFrontier> =>
  openFrontierOn(connection, { ...options, crawl }, { ownsConnection: false, now: () => nowMs });
const claim = (frontier: RedisFrontier, workerId: string, count = 100) =>
  frontier.claim({ workerId, count, leaseMs: LEASE_MS });
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** Two processes on one crawl. */
async function shared(
  options: FrontierOptions,
  body: (a: RedisFrontier, b: RedisFrontier, crawl: string) => Promise<void>,
): Promise<void> {
  const crawl = `f${++crawls}`;
  const a = await open(crawl, options);
  const b = await open(crawl);
  try {
    await body(a, b, crawl);
  } finally {
    await a.close();
    await b.close();
  }
}

test('a host with a delay stays with the worker that had it first, until that is late or gone', () =>
  shared({ delayMs: 100 }, async (a, b) => {
    await a.offer(['http://h/1', 'http://h/2', 'http://h/3', 'http://h/4']);
    const first = await claim(a, 'A');
    await a.settle({ results: [{ token: first.items[0]!.token, outcome: 'done' }] });
    nowMs += 100;
    const none = await claim(b, 'B');
    assert.equal([none.items.length, none.dueInMs], [0, LATE_MS]);
    const second = await claim(a, 'A');
    assert.is(second.items.length, 1);
    await a.settle({ results: [{ token: second.items[0]!.token, outcome: 'done' }] });
    nowMs += 100 + LATE_MS;
    const late = await claim(b, 'B');
    assert.is(late.items.length, 1);
    await b.settle({ results: [{ token: late.items[0]!.token, outcome: 'done' }] });
    nowMs += 100;
    assert.is((await claim(a, 'A')).items.length, 0);
    nowMs += LEASE_MS;
    assert.is((await claim(a, 'A')).items.length, 1);
  }));

test('only the owner speeds a host up; anybody may slow it down', () =>
  shared({ delayMs: 100 }, async (a, b) => {
    await a.offer(['http://h/1', 'http://h/2']);
    await claim(a, 'A');
    await a.settle({ results: [], hostDelays: { h: 5000 } });
    await b.settle({ results: [], hostDelays: { h: 100 } });
    assert.is((await b.lookup('http://h/1')).hostDelayMs, 5000);
    await b.settle({ results: [], hostDelays: { h: 6000 } });
    assert.is((await b.lookup('http://h/1')).hostDelayMs, 6000);
    await a.settle({ results: [], hostDelays: { h: 200 } });
    assert.is((await b.lookup('http://h/1')).hostDelayMs, 200);
  }));

test('gives nothing deeper while something nearer is out, when levels were asked for', () =>
  shared({ byLevels: true, maxInFlightPerHost: 10 }, async (a, b) => {
    await a.offer(['http://h/', 'http://o/']);
    const roots = await claim(a, 'A');
    assert.is(roots.items.length, 2);
    const discovered = ['http://h/1', 'http://o/1'].map((url) => ({ url, depth: 1 }));
    await a.settle({ results: [{ token: roots.items[0]!.token, outcome: 'done', discovered }] });
    assert.equal([(await claim(b, 'B')).items.length, (await claim(b, 'B')).drained], [0, false]);
    await a.settle({ results: [{ token: roots.items[1]!.token, outcome: 'failed' }] });
    const level = await claim(b, 'B');
    assert.equal(level.items.map(({ url }) => url).sort(), ['http://h/1', 'http://o/1']);
    await b.settle({ results: level.items.map(({ token }) => ({ token, outcome: 'done' as const })) });
    assert.ok((await claim(a, 'A')).drained);
  }));

test('a lease that another process has is not settled by this one', () =>
  shared({}, async (a, b) => {
    await a.offer(['http://h/']);
    const [item] = (await claim(a, 'A')).items;
    assert.is(
      await codeOf(b.settle({ results: [{ token: item!.token, outcome: 'done' }] })),
      'ERR_OXBOW_CRAWLER_LEASE_LOST',
    );
    assert.is((await a.statistics()).leased, 1);
  }));

test('what a process had is free at once when it closes', () =>
  shared({}, async (a, b) => {
    await a.offer(['http://h/']);
    await claim(a, 'A');
    await a.close();
    assert.is((await claim(b, 'B')).items.length, 1);
  }));

test('wakes who waits for what another process does', () =>
  shared({}, async (a, b) => {
    await claim(b, 'B');
    const woken = b.changed();
    await a.offer(['http://h/']);
    await woken;
    const paused = b.changed();
    await a.control('paused');
    await paused;
    assert.is((await claim(b, 'B')).state, 'paused');
  }));

test('a clock of the server that jumps ends leases early or late, and lets none be settled twice', () =>
  shared({ delayMs: 1000 }, async (a, b) => {
    await a.offer(['http://a/1', 'http://b/1']);
    const mine = await claim(a, 'A');
    nowMs += 3_600_000;
    assert.is(await b.reap(), 2);
    nowMs += 1000;
    const theirs = await claim(b, 'B');
    assert.equal([mine.items.length, theirs.items.length], [2, 2]);
    const settled = (from: RedisFrontier, { items }: typeof mine): Promise<string> =>
      codeOf(from.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' as const })) }));
    assert.is(await settled(a, mine), 'ERR_OXBOW_CRAWLER_LEASE_LOST');
    nowMs -= 7_200_000;
    assert.is((await claim(a, 'A')).items.length, 0);
    assert.is(await settled(b, theirs), 'no error');
    const { done, leased, queued } = await a.statistics();
    assert.equal([done, leased, queued], [2, 0, 0]);
    nowMs += 7_200_000;
  }));

test('takes more targets than fit into one call, all before their page counts as settled', () =>
  shared({}, async (a) => {
    await a.offer(['http://h/']);
    const [item] = (await claim(a, 'A')).items;
    const discovered = Array.from({ length: 12_001 }, (_, at) => `http://h${at % 7}/${at}`);
    const report = await a.settle({ results: [{ token: item!.token, outcome: 'done', discovered }] });
    assert.equal(report, { accepted: 12_001, duplicates: 0, refused: 0 });
    const { known, queued } = await a.statistics();
    assert.equal([known, queued], [12_002, 12_001]);
  }));

test('a call whose answer was lost is sent again, and done once', async () => {
  let losing = false;
  /** The real connection, which loses the answer of one script when told. */
  const lossy = new Proxy(connection, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name).bind(target);
      return async (argv: string[]) => {
        const reply = await target.send(argv);
        if (!losing) return reply;
        losing = false;
        throw new RedisConnectionError('cut', 'lost');
      };
    },
  });
  const details = { ownsConnection: false, now: () => nowMs };
  const frontier = await openFrontierOn(lossy, { crawl: `f${++crawls}`, maxInFlightPerHost: 10 }, details);
  const losingIt = <T>(act: () => Promise<T>): Promise<T> => {
    losing = true;
    return act();
  };
  const report = await losingIt(() => frontier.offer(['http://h/1', 'http://h/2', 'http://h/3']));
  assert.equal(report, { accepted: 3, duplicates: 0, refused: 0 });
  const first = await losingIt(() => claim(frontier, 'A', 2));
  assert.equal([first.items.length, (await frontier.statistics()).leased], [2, 2]);
  const results = [{ token: first.items[0]!.token, outcome: 'done' as const, discovered: ['http://h/4'] }];
  const settled = await losingIt(() => frontier.settle({ results, sums: { pages: 1 } }));
  assert.equal([settled.accepted, (await frontier.statistics()).sums], [1, { pages: 1 }]);
  const numbered = {
    results: [{ token: first.items[1]!.token, outcome: 'failed' as const }],
    output: 'o',
    sequence: 1,
  };
  await losingIt(() => frontier.settle({ ...numbered, sums: { pages: 1 } }));
  const { sums, failed, queued } = await frontier.statistics();
  assert.equal([sums, failed, queued], [{ pages: 2 }, 1, 2]);
  assert.is(await losingIt(() => frontier.retryFailed()), 1);
  await frontier.close();
});

test('tells who works', () =>
  shared({}, async (a, b) => {
    await a.offer(['http://h/', 'http://o/']);
    const { items } = await claim(a, 'A', 1);
    await a.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' as const })) });
    await claim(b, 'B');
    const workers = await b.workers();
    assert.equal(
      workers.map(({ workerId, settled, pid, endsInMs }) => [workerId, settled, pid, endsInMs]),
      [
        ['A', 1, process.pid, LEASE_MS],
        ['B', 0, process.pid, LEASE_MS],
      ],
    );
    nowMs += LEASE_MS + 1;
    await claim(b, 'B');
    assert.equal(
      (await b.workers()).map(({ workerId }) => workerId),
      ['B'],
    );
  }));

test('an emptied server is an error of every call, and never a crawl that is complete', () =>
  shared({}, async (a, b, crawl) => {
    await a.offer(['http://h/']);
    await connection.send(['FLUSHALL']);
    const calls = [
      claim(a, 'A'),
      a.offer(['http://x/']),
      a.settle({ results: [] }),
      a.renew([], 1),
      a.statistics(),
      a.reap(),
    ];
    assert.equal(
      await Promise.all(calls.map(codeOf)),
      calls.map(() => 'ERR_OXBOW_CRAWLER_FRONTIER_LOST'),
    );
    const next = await open(crawl);
    assert.is(await codeOf(claim(b, 'B')), 'ERR_OXBOW_CRAWLER_FRONTIER_LOST');
    assert.ok((await claim(next, 'C')).drained);
    await next.close();
  }));

test('an output has one writer: one that is gone is followed at once, one that runs is in the way', async () => {
  const crawl = `f${++crawls}`;
  const first = await open(crawl);
  await first.offer(['http://h/', 'http://o/']);
  const asProcess = async (pid: number, workerId: string): Promise<void> => {
    const { items } = await claim(first, workerId, 1);
    assert.is(items.length, 1);
    const [, number] = (await connection.send(['HGETALL', `ox:{${crawl}}:wn`])) as string[];
    const about = JSON.stringify({ host: hostname(), pid, output: 'o.jsonl' });
    await connection.send(['HSET', `ox:{${crawl}}:wi`, number!, `${workerId}\nx\n${about}`]);
  };
  // No process has this id: it is above what a system gives out.
  await asProcess(2 ** 30, 'A');
  const second = await open(crawl, { output: 'o.jsonl' });
  assert.is((await second.statistics()).leased, 0);
  await asProcess(process.ppid, 'B');
  assert.is(await codeOf(open(crawl, { output: 'o.jsonl' })), 'ERR_OXBOW_REDIS_CRAWL_OUTPUT');
  const other = await open(crawl, { output: 'p.jsonl' });
  for (const frontier of [first, second, other]) await frontier.close();
});

test('refuses a name that is taken, one that is not there, and what is no crawl', async () => {
  const name = `f${++crawls}`;
  const codes = [await codeOf(open(name, { mode: 'attach' }))];
  const frontier = await open(name);
  codes.push(await codeOf(open(name, { mode: 'create' })));
  await connection.send(['HSET', `ox:{${name}}:m`, 'format', '99']);
  codes.push(await codeOf(open(name)));
  await connection.send(['SET', 'ox:{mine}:m', 'x']);
  codes.push(await codeOf(open('mine')));
  await connection.send(['HSET', `ox:{${name}}:m`, 'format', '1', 'b', '7']);
  codes.push(await codeOf(open(name)), await codeOf(frontier.statistics()));
  assert.equal(codes, [
    'ERR_OXBOW_CRAWLER_FRONTIER_UNKNOWN',
    'ERR_OXBOW_REDIS_CRAWL_EXISTS',
    'ERR_OXBOW_REDIS_CRAWL_FOREIGN',
    'ERR_OXBOW_REDIS_CRAWL_FOREIGN',
    'ERR_OXBOW_REDIS_CRAWL_TORN',
    'ERR_OXBOW_REDIS_CRAWL_TORN',
  ]);
  await frontier.close();
});

test('refuses options that cannot be used', async () => {
  const bad: readonly RedisFrontierOptions[] = [
    {},
    { crawl: 'a b' },
    { crawl: 'x', retryMs: 0 },
    { crawl: 'x', mode: 'any' as 'create' },
    { crawl: 'x', expectedUrls: 0 },
    { crawl: 'x', delayMs: -1 },
    { crawl: 'x', maxPages: 0 },
  ];
  const codes = await Promise.all(bad.map((options) => codeOf(openRedisFrontier(server.url, options))));
  assert.equal(
    codes,
    bad.map(() => 'ERR_OXBOW_CRAWLER_OPTION'),
  );
  assert.is(
    await codeOf(openRedisFrontier(server.url, { crwal: 'x' } as object)),
    'ERR_OXBOW_UNKNOWN_OPTION',
  );
});

test.run();
