/** What every cache store must do. */
import { assert, suite } from '@oxbow/testkit';
import type { CacheEntry, CacheStore } from '../../src/index.ts';

function entry(url: string, more: Partial<CacheEntry> = {}): CacheEntry {
  return {
    url,
    vary: {},
    status: 200,
    statusText: 'OK',
    headers: { etag: '"1"', link: ['</a>', '</b>'] },
    body: Uint8Array.from([1, 2, 3]),
    requestEpochMs: 1,
    responseEpochMs: 2,
    ...more,
  };
}

/** @param make a store of at most `maxBytes` bytes of bodies */
export function cacheStoreContract(name: string, make: (maxBytes: number) => CacheStore): void {
  const test = suite(`the contract of cache stores: ${name}`);

  test('what was put is given back as it was', async () => {
    const store = make(1000);
    await store.put(entry('http://a.test/'));
    const [got, ...more] = await store.get('http://a.test/');
    assert.equal({ ...got, body: [...(got?.body ?? [])] }, { ...entry('http://a.test/'), body: [1, 2, 3] });
    assert.is(more.length, 0);
    assert.equal(await store.get('http://b.test/'), []);
    await store.close?.();
  });

  test('variants of a URL stand side by side, the same one is replaced, all are deleted', async () => {
    const store = make(1000);
    await store.put(entry('u', { vary: { a: '1', b: null } }));
    await store.put(entry('u', { vary: { a: '2', b: null } }));
    await store.put(entry('u', { vary: { b: null, a: '2' }, status: 404 }));
    assert.equal((await store.get('u')).map(({ status }) => status).sort(), [200, 404]);
    await store.delete('u');
    await store.delete('u');
    assert.equal(await store.get('u'), []);
    await store.close?.();
  });

  test('at the limit all stay, one byte past it the one used longest ago goes', async () => {
    const store = make(9);
    for (const url of ['a', 'b', 'c']) await store.put(entry(url));
    await store.get('a');
    await store.put(entry('d', { body: new Uint8Array(0) }));
    assert.is((await store.get('b')).length, 1);
    await store.get('a');
    await store.put(entry('e', { body: Uint8Array.from([1]) }));
    assert.equal(await store.get('c'), []);
    assert.is((await store.get('a')).length, 1);
    await store.put(entry('large', { body: new Uint8Array(10) }));
    assert.equal(await store.get('large'), []);
    await store.close?.();
  });

  test.run();
}
