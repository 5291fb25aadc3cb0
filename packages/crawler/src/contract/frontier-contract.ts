/**
 * What every frontier engine must do, as checks that need no test library: run each, in any order. A check rejects with what was
 * expected and what came.
 *
 * An engine whose clock is not this process's gives `advance` beside its frontier; all others get `now` in their options.
 */
import { deepStrictEqual, fail, ok, strictEqual } from 'node:assert/strict';
import type { Claim, Frontier, FrontierOptions } from '../frontier/frontier.ts';

/** One thing an engine must do. */
export interface Check {
  /** A sentence that goes on behind "a frontier". */
  readonly title: string;
  /** Makes a frontier of its own and closes it. */
  run(): Promise<void>;
}

/** A frontier with the means to let its time pass. */
export interface FrontierUnderTest {
  readonly frontier: Frontier;
  /** Lets `ms` milliseconds of the engine's clock pass. */
  advance(ms: number): Promise<void> | void;
}

/** Makes an empty frontier; each call another one. `options.now` is a clock that the check moves. */
export type FrontierFactory = (options: FrontierOptions) => Promise<Frontier | FrontierUnderTest>;

/** How much is tried. */
export interface ContractOptions {
  /** Random orders of calls. Default 60. */
  readonly histories?: number;
  /** Of the random orders. Default 1. */
  readonly seed?: number;
}

interface Clock {
  advance(ms: number): Promise<void>;
}

interface LeaseLost {
  readonly code: string;
  readonly tokens: readonly string[];
  readonly checkpoint?: unknown;
}

type Body = (frontier: Frontier, clock: Clock) => Promise<void>;

const LEASE_MS = 1000;
const DEFAULT_HISTORIES = 60;

const assert: {
  is(actual: unknown, expected: unknown): void;
  ok(value: unknown): void;
  equal(actual: unknown, expected: unknown): void;
  notOk(value: unknown): void;
  isNot(actual: unknown, other: unknown): void;
} = {
  is: strictEqual,
  ok,
  equal: deepStrictEqual,
  notOk: (value: unknown): void => ok(!value),
  isNot: (actual: unknown, other: unknown): void => ok(!Object.is(actual, other)),
};
const claim = (frontier: Frontier, count = 100): Promise<Claim> =>
  frontier.claim({ workerId: 'w', count, leaseMs: LEASE_MS });
const urlsOf = (claimed: Claim): string[] => claimed.items.map((item) => item.url);
const tokensOf = (claimed: Claim): string[] => claimed.items.map((item) => item.token);
const done = (token: string) => ({ token, outcome: 'done' as const });
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/**
 * The checks of one engine.
 * @param create makes an empty frontier with these options
 */
export function checkFrontier(create: FrontierFactory, options: ContractOptions = {}): Check[] {
  const { histories = DEFAULT_HISTORIES, seed = 1 } = options;
  const checks: Check[] = [];
  const given = (title: string, body: Body, frontierOptions: FrontierOptions = {}): void => {
    checks.push({ title, run: () => withFrontier(create, frontierOptions, body) });
  };
  given('takes a URL once, whatever its fragment, and refuses what is no http(s) URL', async (frontier) => {
    const first = await frontier.offer([
      'http://h/a',
      'http://h/a#x',
      'HTTP://H:80/a',
      'mailto:x@y',
      'nonsense',
    ]);
    assert.equal(first, { accepted: 1, duplicates: 2, refused: 2 });
    assert.equal(await frontier.offer([{ url: 'http://h/a', depth: 3 }]), {
      accepted: 0,
      duplicates: 1,
      refused: 0,
    });
  });
  given('gives each URL with what was offered, its own token and its attempt', async (frontier) => {
    await frontier.offer([
      {
        url: 'http://h/a',
        depth: 2,
        referrer: 'http://h/',
        priority: 1,
        redirects: 1,
        redirectedFrom: 'http://h/r',
        mayBePrivate: true,
        purpose: 'sitemap',
        data: { category: ['x'] },
      },
      'http://o/b',
    ]);
    const { items } = await claim(frontier);
    const { token, ...rest } = items.find((item) => item.url === 'http://h/a')!;
    assert.equal(rest, {
      url: 'http://h/a',
      depth: 2,
      referrer: 'http://h/',
      priority: 1,
      redirects: 1,
      validators: null,
      redirectedFrom: 'http://h/r',
      mayBePrivate: true,
      purpose: 'sitemap',
      data: { category: ['x'] },
      attempt: 1,
    });
    const plain = items.find((item) => item.url === 'http://o/b')!;
    assert.equal([plain.purpose, plain.mayBePrivate, plain.data], ['page', false, undefined]);
    assert.is(new Set(items.map((item) => item.token)).size, 2);
    assert.ok(token.length > 0);
  });
  given(
    'gives no more than the count, in turns between hosts, and the order of offers within one',
    async (frontier) => {
      await frontier.offer(['http://a/1', 'http://a/2', 'http://b/1', 'http://b/2']);
      const first = await claim(frontier, 1);
      assert.is(first.items.length, 1);
      const second = await claim(frontier);
      assert.equal([...urlsOf(first), ...urlsOf(second)], ['http://a/1', 'http://b/1']);
      await frontier.settle({ results: [...tokensOf(first), ...tokensOf(second)].map(done) });
      assert.equal(urlsOf(await claim(frontier)).sort(), ['http://a/2', 'http://b/2']);
    },
  );
  given('gives higher priorities of a host first', async (frontier) => {
    await frontier.offer(['http://h/low', { url: 'http://h/high', priority: 5 }]);
    assert.equal(urlsOf(await claim(frontier)), ['http://h/high']);
  });
  given('leases one URL of a host at a time by default', async (frontier) => {
    await frontier.offer(['http://h/1', 'http://h/2']);
    const first = await claim(frontier);
    assert.is(first.items.length, 1);
    assert.equal(await claim(frontier), { items: [], dueInMs: null, drained: false, state: 'running' });
    await frontier.settle({ results: tokensOf(first).map(done) });
    assert.equal(urlsOf(await claim(frontier)), ['http://h/2']);
  });
  given(
    'leases as many as allowed of a host without delay',
    async (frontier) => {
      await frontier.offer(['http://h/1', 'http://h/2', 'http://h/3']);
      assert.is((await claim(frontier)).items.length, 2);
    },
    { maxInFlightUndelayed: 2 },
  );
  given(
    'asks a host again only a delay after the last request has ended, and says when that is',
    async (frontier, clock) => {
      await frontier.offer(['http://h/1', 'http://h/2']);
      const first = await claim(frontier);
      await clock.advance(300);
      await frontier.settle({ results: tokensOf(first).map(done) });
      assert.is((await claim(frontier)).dueInMs, 500);
      await clock.advance(499);
      assert.is((await claim(frontier)).dueInMs, 1);
      await clock.advance(1);
      assert.is((await claim(frontier)).items.length, 1);
    },
    { delayMs: 500 },
  );
  given('takes new delays of hosts with a settlement', async (frontier, clock) => {
    await frontier.offer(['http://h:8080/1', 'http://h:8080/2', 'http://o/1']);
    const first = await claim(frontier);
    await frontier.settle({ results: tokensOf(first).map(done), hostDelays: { 'h:8080': 2000 } });
    assert.is((await claim(frontier)).items.length, 0);
    assert.is((await frontier.lookup('http://h:8080/2')).hostDelayMs, 2000);
    await frontier.settle({ results: [], hostDelays: { 'h:8080': 100 } });
    await clock.advance(100);
    assert.is((await claim(frontier)).items.length, 1);
  });
  given('leaves a host alone for a pause, once, whatever becomes of its delay', async (frontier, clock) => {
    await frontier.offer(['http://h/1', 'http://h/2', 'http://h/3']);
    const first = await claim(frontier);
    await frontier.settle({
      results: tokensOf(first).map(done),
      hostDelays: { h: 1000 },
      hostPauses: { h: 5000 },
    });
    await frontier.settle({ results: [], hostDelays: { h: 10 }, hostPauses: { h: 4000 } });
    assert.is((await frontier.lookup('http://h/2')).hostDueInMs, 5000);
    await clock.advance(4999);
    assert.equal(urlsOf(await claim(frontier)), []);
    await clock.advance(1);
    const second = await claim(frontier);
    assert.equal(urlsOf(second), ['http://h/2']);
    await frontier.settle({ results: tokensOf(second).map(done) });
    assert.is((await claim(frontier)).dueInMs, 10);
  });
  given('is drained when nothing waits and nothing is leased', async (frontier) => {
    assert.equal(await claim(frontier), { items: [], dueInMs: null, drained: true, state: 'running' });
    await frontier.offer(['http://h/']);
    const first = await claim(frontier);
    assert.notOk(first.drained);
    assert.notOk((await claim(frontier)).drained);
    await frontier.settle({ results: tokensOf(first).map(done) });
    assert.ok((await claim(frontier)).drained);
  });
  given('takes what a page led to in the same step as its result', async (frontier) => {
    await frontier.offer(['http://h/']);
    const { items } = await claim(frontier);
    const discovered = ['http://h/', { url: 'http://h/x', depth: 1, referrer: 'http://h/' }];
    const report = await frontier.settle({
      results: [{ token: items[0]!.token, outcome: 'done', discovered }],
    });
    assert.equal(report, { accepted: 1, duplicates: 1, refused: 0 });
    assert.is((await claim(frontier)).items[0]!.depth, 1);
  });
  given('tries again not before the time that was named, as the next attempt', async (frontier, clock) => {
    await frontier.offer(['http://h/1', 'http://h/2']);
    const first = await claim(frontier);
    await frontier.settle({
      results: [{ token: first.items[0]!.token, outcome: 'retry', afterMs: 5000 }],
    });
    const second = await claim(frontier);
    assert.equal(urlsOf(second), ['http://h/2']);
    await frontier.settle({ results: tokensOf(second).map(done) });
    assert.equal(await claim(frontier), { items: [], dueInMs: 5000, drained: false, state: 'running' });
    await clock.advance(5000);
    const third = await claim(frontier);
    assert.equal(
      third.items.map(({ url, attempt }) => [url, attempt]),
      [['http://h/1', 2]],
    );
    assert.isNot(third.items[0]!.token, first.items[0]!.token);
  });
  given(
    'gives a lease back at once, and as the same attempt, by a retry without a time',
    async (frontier) => {
      await frontier.offer(['http://h/1']);
      const first = await claim(frontier);
      await frontier.settle({ results: [{ token: first.items[0]!.token, outcome: 'retry' }] });
      assert.is((await claim(frontier)).items[0]!.attempt, 1);
    },
  );
  given('takes back a lease that ran out, and not one that was renewed', async (frontier, clock) => {
    await frontier.offer(['http://a/', 'http://b/']);
    const first = await claim(frontier);
    await clock.advance(LEASE_MS - 1);
    assert.is(await frontier.reap(), 0);
    assert.equal(await frontier.renew([first.items[0]!.token], LEASE_MS), []);
    await clock.advance(1);
    assert.is(await frontier.reap(), 1);
    assert.equal(urlsOf(await claim(frontier)), [first.items[1]!.url]);
    assert.equal(await frontier.renew(tokensOf(first), LEASE_MS), [first.items[1]!.token]);
  });
  given(
    'refuses a settlement with a lost lease, names it, and applies nothing of it',
    async (frontier, clock) => {
      await frontier.offer(['http://a/', 'http://b/']);
      const first = await claim(frontier);
      await frontier.renew([first.items[0]!.token], 2 * LEASE_MS);
      await clock.advance(LEASE_MS);
      const second = await claim(frontier);
      assert.is(second.items.length, 1);
      const results = first.items.map((item) => ({ ...done(item.token), discovered: ['http://c/'] }));
      await frontier.settle({ results: [], checkpoint: 'early' });
      const settlement = { results, hostDelays: { a: 9 }, checkpoint: 'late', sums: { pages: 1 } };
      const error = await frontier.settle(settlement).catch((reason: unknown) => reason);
      assert.is((error as { code: string }).code, 'ERR_OXBOW_CRAWLER_LEASE_LOST');
      assert.equal((error as { tokens: string[] }).tokens, [first.items[1]!.token]);
      assert.is((error as { checkpoint: unknown }).checkpoint, 'early');
      const statistics = await frontier.statistics();
      const { checkpoint, sums } = statistics;
      assert.equal([statistics.done, statistics.known, checkpoint, sums], [0, 2, 'early', {}]);
      await frontier.settle({ results: [done(first.items[0]!.token), done(second.items[0]!.token)] });
      assert.is((await frontier.statistics()).done, 2);
    },
  );
  given('changes nothing for tokens settled before, whatever the outcome was', async (frontier) => {
    await frontier.offer(['http://a/', 'http://b/', 'http://c/']);
    const { items } = await claim(frontier);
    const outcomes = ['done', 'failed', 'retry'] as const;
    const results = items.map((item, index) => ({ token: item.token, outcome: outcomes[index]! }));
    await frontier.settle({ results });
    await frontier.settle({
      results: results.map(({ token }) => ({ ...done(token), discovered: ['http://d/'] })),
    });
    const { known, queued, done: settled, failed, leased } = await frontier.statistics();
    assert.equal(
      { known, queued, settled, failed, leased },
      { known: 3, queued: 1, settled: 1, failed: 1, leased: 0 },
    );
  });
  given('refuses bad values before it changes anything', async (frontier) => {
    await frontier.offer(['http://a/']);
    const [token] = tokensOf(await claim(frontier));
    const results = [done(token!)];
    assert.is(await codeOf(frontier.settle({ results, hostDelays: { a: -1 } })), 'ERR_OXBOW_CRAWLER_OPTION');
    assert.is(
      await codeOf(frontier.settle({ results: [{ token: token!, outcome: 'lost' as 'done' }] })),
      'ERR_OXBOW_CRAWLER_OPTION',
    );
    for (const bad of [{ hostPauses: { a: Number.NaN } }, { sums: { pages: Number.POSITIVE_INFINITY } }])
      assert.is(await codeOf(frontier.settle({ results, ...bad })), 'ERR_OXBOW_CRAWLER_OPTION');
    assert.is(
      await codeOf(frontier.settle({ results: [{ token: token!, outcome: 'retry', afterMs: -1 }] })),
      'ERR_OXBOW_CRAWLER_OPTION',
    );
    assert.is(await codeOf(frontier.control('asleep' as 'paused')), 'ERR_OXBOW_CRAWLER_OPTION');
    assert.is(
      await codeOf(frontier.claim({ workerId: 'w', count: 0, leaseMs: 1 })),
      'ERR_OXBOW_CRAWLER_OPTION',
    );
    assert.is((await frontier.statistics()).leased, 1);
  });
  given('keeps the last checkpoint of each output', async (frontier) => {
    await frontier.settle({ results: [], checkpoint: { bytes: 12 } });
    await frontier.settle({ results: [] });
    await frontier.settle({ results: [], output: 'b.jsonl', checkpoint: 7 });
    assert.equal((await frontier.statistics()).checkpoint, { bytes: 12 });
    const { checkpoint, outputs } = await frontier.statistics('b.jsonl');
    assert.equal([checkpoint, outputs], [7, ['', 'b.jsonl']]);
    assert.is((await frontier.statistics('c.jsonl')).checkpoint, undefined);
  });
  given('takes the settlements of an output in their sequence, and each once', async (frontier) => {
    await frontier.offer(['http://a/', 'http://b/']);
    const { items } = await claim(frontier);
    const results = [{ ...done(items[0]!.token), discovered: ['http://c/'] }];
    const first = { results, output: 'o', sequence: 1, checkpoint: 10, sums: { pages: 1 } };
    const report = { accepted: 1, duplicates: 0, refused: 0 };
    assert.equal(await frontier.settle(first), report);
    assert.equal(await frontier.settle(first), report);
    const { sequence, sums, done: settled } = await frontier.statistics('o');
    assert.equal([sequence, sums, settled], [1, { pages: 1 }, 1]);
    const skipped = { results: [done(items[1]!.token)], output: 'o', sequence: 3, checkpoint: 30 };
    const error = (await frontier.settle(skipped).catch((reason: unknown) => reason)) as LeaseLost;
    assert.equal(
      [error.code, error.checkpoint, error.tokens],
      ['ERR_OXBOW_CRAWLER_LEASE_LOST', 10, [items[1]!.token]],
    );
    // A number that was used, for a lease that is out: another worker writes under this name.
    assert.is(await codeOf(frontier.settle({ ...skipped, sequence: 1 })), 'ERR_OXBOW_CRAWLER_LEASE_LOST');
    assert.is((await frontier.statistics()).leased, 1);
    assert.is(await codeOf(frontier.settle({ ...skipped, sequence: 2 })), 'no error');
    assert.is(await codeOf(frontier.settle({ results: [], output: 'other', sequence: 1 })), 'no error');
  });
  given('adds sums up, those below 0 too', async (frontier) => {
    await frontier.settle({ results: [], sums: { pages: 2, bytes: 100 } });
    await frontier.settle({ results: [], sums: { pages: -1, 'status:200': 1 }, output: 'o' });
    assert.equal((await frontier.statistics()).sums, { pages: 1, bytes: 100, 'status:200': 1 });
  });
  given(
    'leases no more than may still count, and says stopping when all are counted',
    async (frontier) => {
      await frontier.offer(['http://a/', 'http://b/', 'http://c/', 'http://d/']);
      const first = await claim(frontier);
      assert.is(first.items.length, 2);
      const [counting, other] = first.items;
      await frontier.settle({ results: [{ ...done(counting!.token), counts: true }, done(other!.token)] });
      assert.is((await frontier.statistics()).counted, 1);
      const second = await claim(frontier);
      assert.equal([second.items.length, second.state], [1, 'running']);
      await frontier.settle({ results: second.items.map(({ token }) => ({ ...done(token), counts: true })) });
      const { items, drained, state } = await claim(frontier);
      assert.equal([items, drained, state], [[], false, 'stopping']);
    },
    { maxPages: 2 },
  );
  given('gives nothing out while paused or stopping, and says so', async (frontier) => {
    await frontier.offer(['http://a/']);
    for (const state of ['paused', 'stopping'] as const) {
      await frontier.control(state);
      const { items, ...rest } = await claim(frontier);
      assert.equal([items, rest.state, rest.drained], [[], state, false]);
      assert.is((await frontier.statistics()).state, state);
    }
    await frontier.control('running');
    assert.is((await claim(frontier)).items.length, 1);
  });
  given(
    'wakes who waits at an offer, a settlement, a new state, and the end of the wait',
    async (frontier) => {
      const wakes = async (act: () => Promise<unknown>, signal?: AbortSignal) => {
        const waiting = frontier.changed(signal);
        await act();
        await waiting;
      };
      await wakes(() => frontier.offer(['http://a/']));
      const { items } = await claim(frontier);
      await wakes(() => frontier.settle({ results: items.map(({ token }) => done(token)) }));
      await wakes(() => frontier.control('paused'));
      const controller = new AbortController();
      await wakes(async () => controller.abort(), controller.signal);
      await frontier.changed(AbortSignal.abort());
      await wakes(() => frontier.close());
    },
  );
  given('has failed URLs wait again, all or those of one reason, as first attempts', async (frontier) => {
    await frontier.offer(['http://a/', 'http://b/', 'http://c/']);
    const { items } = await claim(frontier);
    const failures = [
      { reason: 'network', message: 'refused' },
      { reason: 'handler', message: 'a bug' },
    ];
    await frontier.settle({
      results: items.map(({ token }, index) => {
        const failure = failures[index];
        return failure === undefined ? done(token) : { token, outcome: 'failed', failure };
      }),
    });
    assert.equal((await frontier.lookup(items[0]!.url)).failure, failures[0]);
    assert.is(await frontier.retryFailed({ reason: 'network' }), 1);
    const again = await claim(frontier);
    assert.equal(
      again.items.map(({ url, attempt }) => [url, attempt]),
      [[items[0]!.url, 1]],
    );
    assert.is(await frontier.retryFailed(), 1);
    assert.is(await frontier.retryFailed(), 0);
    const { failed, queued, leased, done: settled } = await frontier.statistics();
    assert.equal([failed, queued, leased, settled], [0, 1, 1, 1]);
    assert.is((await frontier.lookup(items[1]!.url)).failure, null);
  });
  given('offers a settled URL again when it is asked to, and one that waits not', async (frontier) => {
    await frontier.offer(['http://a/']);
    const first = await claim(frontier);
    const target = { url: 'http://a/', again: true };
    assert.is((await frontier.offer([target])).duplicates, 1);
    await frontier.settle({ results: tokensOf(first).map(done) });
    assert.is((await frontier.offer([target])).accepted, 1);
    assert.is((await frontier.offer([target])).duplicates, 1);
    assert.equal(urlsOf(await claim(frontier)), ['http://a/']);
  });
  given('keeps the rules of the crawl', async (frontier) => {
    assert.is(await frontier.rules(), undefined);
    assert.equal(await frontier.rules({ seeds: ['http://a/'] }), { seeds: ['http://a/'] });
    assert.equal(await frontier.rules(), { seeds: ['http://a/'] });
  });
  given('names its store', async (frontier) => {
    assert.ok(frontier.incarnation.length > 0);
  });
  given('looks a URL up in every state', async (frontier) => {
    await frontier.offer(['http://a/', 'http://b/', 'http://c/1', 'http://c/2']);
    const { items } = await claim(frontier);
    const tokenOf = (url: string) => items.find((item) => item.url === url)!.token;
    await frontier.settle({
      results: [done(tokenOf('http://a/')), { token: tokenOf('http://b/'), outcome: 'failed' }],
    });
    const urls = ['http://a/', 'http://b/', 'http://c/1', 'http://c/2', 'http://c/3'];
    const states = await Promise.all(urls.map(async (url) => (await frontier.lookup(url)).state));
    assert.equal(states, ['done', 'failed', 'leased', 'queued', 'unknown']);
  });
  given(
    'knows as many URLs of a host as allowed, and not one more',
    async (frontier) => {
      const urls = ['http://h/1', 'http://h/2', 'http://h/3', 'http://o/1'];
      assert.equal(await frontier.offer(urls), { accepted: 3, duplicates: 0, refused: 1 });
      assert.ok((await frontier.lookup('http://h/3')).hostIsFull);
      assert.notOk((await frontier.lookup('http://o/2')).hostIsFull);
    },
    { maxUrlsPerHost: 2 },
  );
  given('refuses every call after close, and closes twice', async (frontier) => {
    await frontier.close();
    await frontier.close();
    for (const call of [frontier.offer([]), frontier.statistics(), frontier.reap()]) {
      assert.is(await codeOf(call), 'ERR_OXBOW_CRAWLER_FRONTIER_CLOSED');
    }
  });

  checks.push({
    title: 'loses no URL and gives none twice under any order of calls',
    run: async () => {
      for (let history = 0; history < histories; history++) {
        const random = randomOf(seed + history);
        await withFrontier(create, { delayMs: 50 }, (frontier, clock) =>
          playHistory(frontier, clock, random),
        );
      }
    },
  });
  return checks;
}

async function withFrontier(create: FrontierFactory, options: FrontierOptions, body: Body): Promise<void> {
  let ms = 1_000_000;
  const made = await create({ ...options, now: () => ms });
  const isPlain = !('frontier' in made);
  const frontier = isPlain ? made : made.frontier;
  const advance = async (by: number): Promise<void> => {
    if (isPlain) ms += by;
    else await made.advance(by);
  };
  try {
    await body(frontier, { advance });
  } finally {
    await frontier.close();
  }
}

/** Offers, claims, settles, retries and lets time pass at random; then brings all of it to its end. */
async function playHistory(frontier: Frontier, clock: Clock, random: () => number): Promise<void> {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const out = new Map<string, string>();
  const settled = new Set<string>();
  const offered = new Set<string>();
  const turn = async (count: number, settles: number, retries: boolean): Promise<void> => {
    if (count > 0) {
      for (const { url, token } of (await claim(frontier, count)).items) {
        ok(!settled.has(url), `${url} was given after it was settled`);
        out.set(url, token);
      }
    }
    for (const [url, token] of [...out].slice(0, settles)) {
      const outcome = retries ? 'retry' : 'done';
      const code = await codeOf(frontier.settle({ results: [{ token, outcome }] }));
      out.delete(url);
      if (code === 'no error' && !retries) settled.add(url);
    }
  };
  for (let step = upTo(25); step > 0; step--) {
    await clock.advance(upTo(800));
    const urls = Array.from({ length: upTo(5) }, (_, at) => `http://h${at % 3}/${offered.size + at}`);
    for (const url of urls) offered.add(url);
    await frontier.offer(urls);
    await turn(upTo(4), upTo(4), random() < 0.5);
  }
  for (let rounds = 0; settled.size < offered.size; rounds++) {
    if (rounds >= 1000) fail(`${offered.size - settled.size} URLs never came out`);
    await clock.advance(LEASE_MS);
    await turn(100, 100, false);
  }
  ok((await claim(frontier)).drained);
}

/** Mulberry32: small, and the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
