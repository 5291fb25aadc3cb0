import { assert, suite } from '@oxbow/testkit';
import { MemoryCacheStore } from '../../src/cache/cache-store.ts';
import { CacheTransport } from '../../src/cache/cache-transport.ts';
import { MockTransport } from '../../src/index.ts';
import { cachedTransport } from '../../src/session/cache-option.ts';

const test = suite('the cache of a session');

test('is none unless it is asked for', () => {
  const transport = new MockTransport();
  assert.is(cachedTransport(transport, undefined), transport);
  assert.is(cachedTransport(transport, false), transport);
});

test('is true, a store, or options', () => {
  const transport = new MockTransport();
  for (const cache of [
    true,
    new MemoryCacheStore(),
    {},
    { store: new MemoryCacheStore(), maxEntryBytes: 10 },
  ] as const) {
    assert.instance(cachedTransport(transport, cache), CacheTransport);
  }
});

test('is nothing else', () => {
  const transport = new MockTransport();
  for (const cache of ['memory', 1, null, { size: 1 }, { maxEntryBytes: -1 }]) {
    assert.throws(() => cachedTransport(transport, cache as never), /cache/, String(cache));
  }
});

test.run();
