// covers: src/cache/sqlite-cache-store.ts
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { MemoryCacheStore, SqliteCacheStore } from '../../src/index.ts';
import { cacheStoreContract } from '../contract/cache-store.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

cacheStoreContract('memory', (maxBytes) => new MemoryCacheStore({ maxBytes }));
cacheStoreContract('sqlite', (maxBytes) => new SqliteCacheStore(':memory:', { maxBytes }));

const test = suite('cache stores');

const entry = (url: string, value: string) => ({
  url,
  vary: { accept: value },
  status: 200,
  statusText: '',
  headers: {},
  body: Buffer.from('x'),
  requestEpochMs: 0,
  responseEpochMs: 0,
});

test('memory holds no more entries than its limit, variants of one URL included', async () => {
  const store = new MemoryCacheStore({ maxEntries: 2 });
  for (const value of ['1', '2', '3']) await store.put(entry('u', value));
  assert.equal(store.statistics(), { entries: 2, bytes: 2 });
  await store.put(entry('v', '1'));
  assert.is(store.statistics().entries, 1);
  assert.equal(await store.get('u'), []);
});

test('a file keeps them for the next session', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-cache-'));
  const first = new SqliteCacheStore(join(folder, 'cache.db'));
  await first.put(entry('u', '1'));
  await first.close();
  const second = new SqliteCacheStore(join(folder, 'cache.db'));
  assert.is((await second.get('u')).length, 1);
  await second.close();
  await rm(folder, { recursive: true });
});

test('a file that cannot be opened fails the calls, not the process', async () => {
  const store = new SqliteCacheStore('/no/such/folder/cache.db');
  assert.ok(await rejectionOf(store.get('u')));
});

test('a bound that is none, and an unknown one, are refused; 0 keeps nothing', async () => {
  for (const make of [
    (options: object) => new MemoryCacheStore(options),
    (options: object) => new SqliteCacheStore(':memory:', options),
  ]) {
    for (const maxBytes of [-1, 1.5, Number.NaN, '5'])
      assert.is(thrownBy(() => make({ maxBytes })).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
    assert.is(thrownBy(() => make({ maxByte: 5 })).code, 'ERR_OXBOW_UNKNOWN_OPTION');
    const store = make({ maxBytes: Number.POSITIVE_INFINITY });
    if ('close' in store) await store.close();
  }
});

test.run();
