/** What every frontier engine must do, driven by a clock the suite moves itself. */
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import type { Claim, Frontier, FrontierOptions } from '../../src/frontier/frontier.ts';

/** Makes an empty frontier; each call another one. */
export type FrontierFactory = (options: FrontierOptions) => Promise<Frontier>;

const LEASE_MS = 1000;

class Clock {
  ms = 1_000_000;
  readonly now = (): number => this.ms;
}

const claim = (frontier: Frontier, count = 100): Promise<Claim> =>
  frontier.claim({ workerId: 'w', count, leaseMs: LEASE_MS });
const urlsOf = (claimed: Claim) => claimed.items.map((item) => item.url);
const tokensOf = (claimed: Claim) => claimed.items.map((item) => item.token);
const done = (token: string) => ({ token, outcome: 'done' as const });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** Runs the suite against one engine. @param histories random orders of calls to try */
export function frontierContract(name: string, create: FrontierFactory, histories = 60): void {
  const test = suite(`${name} frontier`);
  const given = (
    title: string,
    body: (frontier: Frontier, clock: Clock) => Promise<void>,
    options: FrontierOptions = {},
  ) =>
    test(title, async () => {
      const clock = new Clock();
      const frontier = await create({ ...options, now: clock.now });
      try {
        await body(frontier, clock);
      } finally {
        await frontier.close();
      }
    });

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
      { url: 'http://h/a', depth: 2, referrer: 'http://h/', priority: 1, redirects: 1 },
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
      attempt: 1,
    });
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
    assert.equal(await claim(frontier), { items: [], nextDueAtMs: null, drained: false });
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
      clock.ms += 300;
      await frontier.settle({ results: tokensOf(first).map(done) });
      assert.is((await claim(frontier)).nextDueAtMs, clock.ms + 500);
      clock.ms += 499;
      assert.is((await claim(frontier)).items.length, 0);
      clock.ms += 1;
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
    clock.ms += 100;
    assert.is((await claim(frontier)).items.length, 1);
  });
  given('is drained when nothing waits and nothing is leased', async (frontier) => {
    assert.equal(await claim(frontier), { items: [], nextDueAtMs: null, drained: true });
    await frontier.offer(['http://h/']);
    const first = await claim(frontier);
    assert.not.ok(first.drained);
    assert.not.ok((await claim(frontier)).drained);
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
    const notBeforeMs = clock.ms + 5000;
    await frontier.settle({ results: [{ token: first.items[0]!.token, outcome: 'retry', notBeforeMs }] });
    const second = await claim(frontier);
    assert.equal(urlsOf(second), ['http://h/2']);
    await frontier.settle({ results: tokensOf(second).map(done) });
    assert.equal(await claim(frontier), { items: [], nextDueAtMs: notBeforeMs, drained: false });
    clock.ms = notBeforeMs;
    const third = await claim(frontier);
    assert.equal(
      third.items.map(({ url, attempt }) => [url, attempt]),
      [['http://h/1', 2]],
    );
    assert.is.not(third.items[0]!.token, first.items[0]!.token);
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
    clock.ms += LEASE_MS - 1;
    assert.is(await frontier.reap(), 0);
    assert.equal(await frontier.renew([first.items[0]!.token], LEASE_MS), []);
    clock.ms += 1;
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
      clock.ms += LEASE_MS;
      const second = await claim(frontier);
      assert.is(second.items.length, 1);
      const results = first.items.map((item) => ({ ...done(item.token), discovered: ['http://c/'] }));
      const settlement = { results, hostDelays: { a: 9 }, checkpoint: 'late' };
      const error = await frontier.settle(settlement).catch((reason: unknown) => reason);
      assert.is((error as { code: string }).code, 'ERR_OXBOW_CRAWLER_LEASE_LOST');
      assert.equal((error as { tokens: string[] }).tokens, [first.items[1]!.token]);
      const statistics = await frontier.statistics();
      assert.equal([statistics.done, statistics.known, statistics.checkpoint], [0, 2, undefined]);
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
    assert.is(
      await codeOf(frontier.claim({ workerId: 'w', count: 0, leaseMs: 1 })),
      'ERR_OXBOW_CRAWLER_OPTION',
    );
    assert.is((await frontier.statistics()).leased, 1);
  });
  given('keeps the last checkpoint', async (frontier) => {
    await frontier.settle({ results: [], checkpoint: { bytes: 12 } });
    await frontier.settle({ results: [] });
    assert.equal((await frontier.statistics()).checkpoint, { bytes: 12 });
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

  test('loses no URL and gives none twice under any order of calls', async () => {
    const step = fc.record({
      advanceMs: fc.nat(800),
      claims: fc.nat(4),
      settles: fc.nat(4),
      retries: fc.boolean(),
      offers: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const clock = new Clock();
        const frontier = await create({ now: clock.now, delayMs: 50 });
        const out = new Map<string, string>();
        const settled = new Set<string>();
        const offered = new Set<string>();
        const turn = async (count: number, settles: number, retries: boolean) => {
          if (count > 0) {
            for (const { url, token } of (await claim(frontier, count)).items) {
              assert.not(settled.has(url), `${url} was given after it was settled`);
              out.set(url, token);
            }
          }
          for (const [url, token] of [...out].slice(0, settles)) {
            const code = await codeOf(
              frontier.settle({ results: [{ token, outcome: retries ? 'retry' : 'done' }] }),
            );
            out.delete(url);
            if (code === 'no error' && !retries) settled.add(url);
          }
        };
        for (const { advanceMs, claims, settles, retries, offers } of steps) {
          clock.ms += advanceMs;
          const urls = Array.from(
            { length: offers },
            (_, index) => `http://h${index % 3}/${offered.size + index}`,
          );
          for (const url of urls) offered.add(url);
          await frontier.offer(urls);
          await turn(claims, settles, retries);
        }
        for (let rounds = 0; settled.size < offered.size; rounds++) {
          assert.ok(rounds < 1000, `${offered.size - settled.size} URLs never came out`);
          clock.ms += LEASE_MS;
          await turn(100, 100, false);
        }
        assert.ok((await claim(frontier)).drained);
        await frontier.close();
      }),
      { numRuns: histories },
    );
  });
  test.run();
}
