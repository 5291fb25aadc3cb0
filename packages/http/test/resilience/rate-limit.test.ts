import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { MAX_RATE_KEYS, MemoryRateLimitStore } from '../../src/resilience/rate-limit.ts';

const test = suite('turns of a rate');

const onClock = (body: (store: MemoryRateLimitStore) => Promise<unknown>) => () =>
  run(() => body(new MemoryRateLimitStore()), { clock: new VirtualClock() });

const take = (store: MemoryRateLimitStore, count: number, burst = 1, key = 'a') =>
  Array.from({ length: count }, () => store.take(key, { perSecond: 10, burst }));

test(
  'are evenly spaced, and a pause gives none in advance',
  onClock(async (store) => {
    assert.equal(take(store, 3), [0, 100, 200]);
    await sleep(5_000);
    assert.equal(take(store, 2), [0, 100]);
  }),
);

test(
  'a burst goes at once after a pause',
  onClock(async (store) => {
    assert.equal(take(store, 5, 3), [0, 0, 0, 100, 200]);
    await sleep(300);
    assert.equal(take(store, 2, 3), [0, 100]);
    await sleep(60_000);
    assert.equal(take(store, 4, 3), [0, 0, 0, 100]);
  }),
);

test(
  'each key has its own, and the one used least lately is forgotten',
  onClock(async (store) => {
    assert.equal(take(store, 2, 1, 'b'), [0, 100]);
    for (let i = 1; i < MAX_RATE_KEYS; i++) take(store, 1, 1, `other ${i}`);
    assert.equal(take(store, 1, 1, 'b'), [200]);
    take(store, 1, 1, 'one more');
    take(store, 1, 1, 'and more');
    assert.equal(take(store, 1, 1, 'b'), [300]);
    assert.equal(take(store, 1, 1, 'other 1'), [0]);
  }),
);

test.run();
