// covers: src/frontier/frontier-core.ts, src/frontier/entry-store.ts, src/frontier/entry.ts, src/frontier/frontier-limits.ts, src/frontier/settlement-check.ts
// covers: src/contract/frontier-contract.ts
// covers: src/frontier/frontier-core.ts
import { assert, suite } from '@oxbow/testkit';
import { MemoryFrontier } from '../../src/frontier/memory-frontier.ts';
import { frontierContract } from '../contract/frontier-contract.ts';

frontierContract('memory', async (options) => new MemoryFrontier(options));

const test = suite('MemoryFrontier');
test('refuses an unknown option and names the nearest', () => {
  assert.throws(() => new MemoryFrontier({ delayMS: 1 } as object), /delayMs/);
  assert.throws(
    () => new MemoryFrontier({ delayMs: -1 }),
    (error: { option: string }) => error.option === 'delayMs',
  );
});
test('by levels it claims nothing deeper while something nearer is not settled', async () => {
  const frontier = new MemoryFrontier({ byLevels: true, maxInFlightPerHost: 10 });
  const claim = () => frontier.claim({ workerId: 'w', count: 10, leaseMs: 1000 });
  await frontier.offer(['http://a/', { url: 'http://a/deep', depth: 2 }]);
  const first = await claim();
  assert.equal(
    first.items.map(({ url }) => url),
    ['http://a/'],
  );
  const again = await claim();
  assert.equal([again.items.length, again.drained, again.dueInMs], [0, false, null]);
  assert.equal((await frontier.statistics()).perHost[0]?.queued, 1);
  const [item] = first.items;
  const discovered = [{ url: 'http://a/near', depth: 1 }];
  await frontier.settle({ results: [{ token: item!.token, outcome: 'done', discovered }] });
  for (const expected of ['http://a/near', 'http://a/deep']) {
    const { items } = await claim();
    assert.equal(
      items.map(({ url }) => url),
      [expected],
    );
    await frontier.settle({ results: [{ token: items[0]!.token, outcome: 'failed' }] });
  }
  assert.ok((await claim()).drained);
});
test.run();
