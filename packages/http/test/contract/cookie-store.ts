/** What every {@link CookieStore} does: run it over a store of your own. */
import { assert, suite } from '@oxbow/testkit';
import type { CookieStore, StoredCookie } from '../../src/index.ts';

const COOKIE: StoredCookie = {
  name: 'sid',
  value: 'a%20b=c',
  domain: 'example.org',
  path: '/',
  hostOnly: true,
  secure: true,
  httpOnly: false,
  sameSite: 'lax',
  expiresEpochMs: 2_000_000_000_000,
  createdEpochMs: 1_000_000_000_000,
};

/** Declares the suite of one kind of store. `open` gives the same store again, as another process would open it. */
export function cookieStoreContract(
  kind: string,
  create: () => { store: CookieStore; open(): CookieStore },
): void {
  const test = suite(`the contract of cookie stores: ${kind}`);

  test('a new store is empty', async () => {
    assert.equal(await create().store.load(), []);
  });

  test('a cookie comes back as it was put, every field', async () => {
    const { store, open } = create();
    await store.put(COOKIE);
    assert.equal(await open().load(), [COOKIE]);
  });

  test('domain, path and name together name a cookie: the same is replaced, any other is kept', async () => {
    const { store, open } = create();
    await store.put(COOKIE);
    await store.put({ ...COOKIE, value: 'new' });
    for (const other of [{ name: 'x' }, { path: '/x' }, { domain: 'x.org' }])
      await store.put({ ...COOKIE, ...other });
    const cookies = await open().load();
    assert.is(cookies.length, 4);
    assert.equal(cookies.filter(({ value }) => value === 'new').length, 1);
  });

  test('a removed cookie is gone, and removing it again is harmless', async () => {
    const { store, open } = create();
    await store.put(COOKIE);
    await store.remove('example.org', '/', 'other');
    assert.is((await open().load()).length, 1);
    await store.remove('example.org', '/', 'sid');
    await store.remove('example.org', '/', 'sid');
    assert.equal(await open().load(), []);
  });

  test('a session cookie keeps having no expiry', async () => {
    const { store, open } = create();
    await store.put({ ...COOKIE, expiresEpochMs: undefined });
    assert.is((await open().load())[0]?.expiresEpochMs, undefined);
  });

  test.run();
}
