import { assert, suite } from '@oxbow/testkit';
import { CookieJar, MAX_COOKIE_BYTES, MAX_COOKIES_PER_DOMAIN } from '../../src/cookies/cookie-jar.ts';
import { type CookieStore, MemoryCookieStore } from '../../src/cookies/cookie-store.ts';
import { targetOf } from '../../src/session/target.ts';
import { rejectionOf } from '../rejection.ts';

const test = suite('the cookie jar');

const at = (url: string) => targetOf(new URL(url));

async function jarWith(url: string, ...lines: string[]): Promise<CookieJar> {
  const jar = new CookieJar();
  await jar.accept(at(url), lines);
  return jar;
}

test('a host-only cookie goes back to its host alone', async () => {
  const jar = await jarWith('https://a.example.org/', 'sid=1');
  assert.is(jar.cookieFor(at('https://a.example.org/x')), 'sid=1');
  assert.is(jar.cookieFor(at('https://b.a.example.org/')), '');
  assert.is(jar.cookieFor(at('https://example.org/')), '');
});

test('a domain cookie goes to subdomains', async () => {
  const jar = await jarWith('https://a.example.org/', 'sid=1; Domain=example.org');
  assert.is(jar.cookieFor(at('https://b.example.org/')), 'sid=1');
  assert.is(jar.cookieFor(at('https://notexample.org/')), '');
});

for (const [what, line] of [
  ['a public suffix', 'x=1; Domain=org'],
  ['a registry below one', 'x=1; Domain=co.uk'],
  ['another domain', 'x=1; Domain=evil.test'],
  ['a __Host- cookie with a domain', '__Host-x=1; Secure; Path=/; Domain=example.org'],
  ['a __Host- cookie without Secure', '__Host-x=1; Path=/'],
  ['a __Secure- cookie without Secure', '__Secure-x=1'],
  ['more than 4096 bytes', `x=${'a'.repeat(MAX_COOKIE_BYTES)}`],
  ['an attribute of more than 1024 bytes', `x=1; Path=/${'a'.repeat(1025)}`],
  ['no name and no value', ';;;'],
] as const) {
  test(`${what} sets nothing`, async () => {
    const jar = await jarWith('https://a.example.org/', line);
    assert.is(jar.cookieFor(at('https://a.example.org/')), '');
    assert.is((await jar.cookies()).length, 0);
  });
}

test('4096 bytes are taken', async () => {
  const jar = await jarWith('https://a.example.org/', `x=${'a'.repeat(MAX_COOKIE_BYTES - 2)}`);
  assert.is((await jar.cookies()).length, 1);
});

test('Secure cookies stay on https, and plain http cannot set them', async () => {
  const jar = await jarWith('https://a.example.org/', 's=1; Secure', 'p=2');
  assert.is(jar.cookieFor(at('http://a.example.org/')), 'p=2');
  await jar.accept(at('http://a.example.org/'), ['s=evil; Secure']);
  assert.is(jar.cookieFor(at('https://a.example.org/')), 's=1; p=2');
});

test('paths are matched by whole segments', async () => {
  const jar = await jarWith('https://a.example.org/', 'x=1; Path=/foo');
  assert.is(jar.cookieFor(at('https://a.example.org/foo/bar')), 'x=1');
  assert.is(jar.cookieFor(at('https://a.example.org/foobar')), '');
});

test('values are sent as they came: nothing is decoded', async () => {
  const jar = await jarWith('https://a.example.org/', 'x=a%0d%0aSet-Cookie:%20y=1');
  assert.is(jar.cookieFor(at('https://a.example.org/')), 'x=a%0d%0aSet-Cookie:%20y=1');
});

test('the answer for a target is kept until the jar changes', async () => {
  const jar = await jarWith('https://a.example.org/', 'x=1');
  const target = at('https://a.example.org/');
  assert.is(jar.cookieFor(target), 'x=1');
  const { cookieGeneration } = target;
  jar.cookieFor(target);
  assert.is(target.cookieGeneration, cookieGeneration);
  await jar.accept(target, ['x=2']);
  assert.is(jar.cookieFor(target), 'x=2');
  await jar.accept(target, ['x=; Max-Age=0']);
  assert.is(jar.cookieFor(target), '');
});

test('a domain keeps fifty cookies, the oldest make room', async () => {
  const jar = new CookieJar();
  const target = at('https://a.example.org/');
  for (let i = 0; i <= MAX_COOKIES_PER_DOMAIN; i++) await jar.accept(target, [`c${i}=1`]);
  assert.is((await jar.cookies()).length, MAX_COOKIES_PER_DOMAIN);
  assert.match(jar.cookieFor(target), `c${MAX_COOKIES_PER_DOMAIN}=1`);
});

test('a host that can have no cookies is no error', async () => {
  const jar = await jarWith('https://a.example.org/', 'x=1');
  for (const url of ['http://test/', 'http://com/', 'http://co.uk/', 'http://[::1]/', 'http://10.0.0.1/']) {
    assert.is(jar.cookieFor(at(url)), '', url);
  }
});

test('cookies survive in their store, host-only ones as such', async () => {
  const store = new MemoryCookieStore();
  const first = new CookieJar(store);
  await first.open();
  await first.accept(at('https://a.example.org/'), [
    'host=1',
    'dom=2; Domain=example.org',
    'gone=3',
    'gone=; Max-Age=0',
  ]);
  await first.flush();
  const second = new CookieJar(store);
  assert.ok(second.open() instanceof Promise);
  await second.open();
  assert.is(second.open(), undefined);
  assert.is(second.cookieFor(at('https://a.example.org/')), 'host=1; dom=2');
  assert.is(second.cookieFor(at('https://b.example.org/')), 'dom=2');
});

test('a store that fails is told by flush(), and the jar goes on', async () => {
  const broken: CookieStore = {
    load: async () => [],
    put: () => Promise.reject(new Error('disk full')),
    remove: async () => {},
  };
  const jar = new CookieJar(broken);
  await jar.open();
  await jar.accept(at('https://a.example.org/'), ['x=1']);
  assert.is(jar.cookieFor(at('https://a.example.org/')), 'x=1');
  assert.match((await rejectionOf(jar.flush())).message, 'disk full');
  await jar.flush();
});

test('a store that cannot be loaded fails the request that needs it, and is asked again', async () => {
  let turns = 0;
  const jar = new CookieJar({
    load: async () => {
      if (++turns === 1) throw new Error('locked');
      return [];
    },
    put: async () => {},
    remove: async () => {},
  });
  assert.match((await rejectionOf(jar.open() as Promise<void>)).message, 'locked');
  await jar.open();
  assert.is(turns, 2);
});

test('cookies are set, read, cleared and saved by hand', async () => {
  const store = new MemoryCookieStore();
  const jar = new CookieJar(store);
  assert.ok(await jar.set('https://a.test/login', { name: 'sid', value: '1' }));
  assert.ok(await jar.set(new URL('https://a.test/'), 'wide=2; Domain=a.test; Path=/x; Secure'));
  assert.ok(await jar.set('https://b.test/', 'other=3'));
  const names = async (url?: string) => (await jar.get(url)).map(({ name }) => name).sort();
  assert.equal(await names('https://a.test/'), ['sid']);
  assert.equal(await names('https://sub.a.test/x'), ['wide']);
  assert.equal(await names(), ['other', 'sid', 'wide']);
  const [sid] = await jar.get('https://a.test/');
  assert.ok(sid?.hostOnly === true && sid.path === '/' && sid.value === '1');
  await jar.save();
  assert.is((await store.load()).length, 3);
  assert.is(await jar.clear({ domain: '.a.test', name: 'sid' }), 1);
  assert.is(await jar.clear({ domain: 'test' }), 2);
  assert.is(await jar.clear(), 0);
  await jar.save();
  assert.equal(await store.load(), []);
});

test('what the rules forbid is not set by hand either', async () => {
  const jar = new CookieJar();
  for (const cookie of [
    'a=1; Domain=b.test',
    'a=1; Domain=co.uk',
    '__Host-a=1; Path=/',
    'a=1\r\nX: y',
    `a=${'x'.repeat(5000)}`,
    { name: 'a;b', value: '1' },
    { name: 'a', value: '1; Domain=b.test' },
  ]) {
    assert.is(await jar.set('https://a.co.uk/', cookie), false);
  }
  assert.equal(await jar.get(), []);
});

test.run();
