import { assert, suite } from '@oxbow/testkit';
import { TargetCache } from '../../src/session/target.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('request targets');

const plain = new TargetCache(undefined, []);
const based = new TargetCache('https://api.test/v1/', ['https://other.test']);

test('a URL is split into what is sent where', () => {
  const target = plain.resolve('https://Example.test:443/a%20b?q=1#f', undefined);
  assert.is(target.origin, 'https://example.test');
  assert.is(target.path, '/a%20b?q=1');
  assert.ok(target.isSecure);
  assert.is(target.href, 'https://example.test/a%20b?q=1#f');
});

test('the same URL is parsed once', () => {
  assert.is(plain.resolve('http://a.test/', undefined), plain.resolve('http://a.test/', undefined));
});

test('the cache forgets: memory stays bounded over any number of URLs', () => {
  const cache = new TargetCache(undefined, []);
  const first = cache.resolve('http://a.test/0', undefined);
  for (let i = 1; i <= 2048; i++) cache.resolve(`http://a.test/${i}`, undefined);
  assert.is.not(cache.resolve('http://a.test/0', undefined), first);
});

test('what is asked for again and again stays', () => {
  const cache = new TargetCache(undefined, []);
  const first = cache.resolve('http://a.test/0', undefined);
  for (let i = 1; i <= 5000; i++) {
    cache.resolve(`http://a.test/${i}`, undefined);
    if (i % 500 === 0) assert.is(cache.resolve('http://a.test/0', undefined), first);
  }
});

test('query parameters are appended to those of the URL', () => {
  const path = (query: Parameters<typeof plain.resolve>[1]) =>
    plain.resolve('http://a.test/x?a=1', query).path;
  assert.is(path({ b: 'ä&', c: [1, true, null], d: undefined }), '/x?a=1&b=%C3%A4%26&c=1&c=true');
  assert.is(path('b=2'), '/x?a=1&b=2');
  assert.is(path(new URLSearchParams({ b: '2' })), '/x?a=1&b=2');
  assert.is(
    path([
      ['a', '2'],
      ['a', '3'],
    ]),
    '/x?a=1&a=2&a=3',
  );
});

for (const [url, query, path] of [
  ['/a?sig=a%2Bb%20c%7E~&flag&x=(1)*!', { p: 1 }, '/a?sig=a%2Bb%20c%7E~&flag&x=(1)*!&p=1'],
  ['/a?sig=a%2Bb%20c&flag', {}, '/a?sig=a%2Bb%20c&flag'],
  ['/a?q=%20', { x: undefined, y: [] }, '/a?q=%20'],
  ['/a', {}, '/a'],
  ['/a?', undefined, '/a?'],
  ['/a?#f', undefined, '/a?'],
  ['/a?#', undefined, '/a?'],
  ['/a#x?', undefined, '/a'],
  ['/a?', { p: 1 }, '/a?p=1'],
  ['/a?b&', { p: 1 }, '/a?b&p=1'],
  ['/a#f', { p: 1 }, '/a?p=1'],
  ['/a', 'q=a%20b&c', '/a?q=a%20b&c'],
  ['/a?x', '?q=a+b', '/a?x&q=a+b'],
] as const) {
  test(`${url} with the query ${JSON.stringify(query)} is ${path}: what was there stays byte for byte`, () => {
    assert.is(plain.resolve(`http://a.test${url}`, query).path, path);
  });
}

test('a query that holds control characters is refused', () => {
  assert.is(thrownBy(() => plain.resolve('http://a.test/', 'a=\r\n')).code, 'ERR_OXBOW_HTTP_INVALID_URL');
});

test('a forgotten scheme is told', () => {
  assert.match(
    thrownBy(() => plain.resolve('localhost:8080/x', undefined)).message,
    'http://localhost:8080/x',
  );
  assert.match(thrownBy(() => plain.resolve('example.org/x', undefined)).message, 'https://');
  assert.match(thrownBy(() => new TargetCache('example.org', [])).message, 'the option baseUrl is not a URL');
});

test('userinfo is split off and decoded', () => {
  const target = plain.resolve('http://us%40er:pa%3Ass@a.test/', undefined);
  assert.equal(target.userInfo, { username: 'us@er', password: 'pa:ss' });
  assert.not.match(target.href, 'pa');
});

test('relative URLs are resolved against baseUrl', () => {
  assert.is(based.resolve('users', undefined).href, 'https://api.test/v1/users');
  assert.is(based.resolve('/users', undefined).href, 'https://api.test/users');
});

for (const url of [
  'https://evil.test/',
  '//evil.test/',
  'http://api.test/v1/',
  'https://api.test:8443/',
  'https://api.test.evil.test/',
  'https://api.test@evil.test/',
  '\\\\evil.test/',
  'https:evil.test',
]) {
  test(`${url} does not beat baseUrl`, () => {
    const result = (() => {
      try {
        return based.resolve(url, undefined).origin;
      } catch (error) {
        return (error as { code: string }).code;
      }
    })();
    assert.ok(result === 'https://api.test' || result === 'ERR_OXBOW_HTTP_ORIGIN_NOT_ALLOWED', result);
  });
}

test('an origin in allowOrigins may be named', () => {
  assert.is(based.resolve('https://other.test/x', undefined).origin, 'https://other.test');
});

test('the userinfo of baseUrl holds for its origin only', () => {
  const cache = new TargetCache('https://u:p@api.test/', ['https://other.test']);
  assert.equal(cache.resolve('/x', undefined).userInfo, { username: 'u', password: 'p' });
  assert.equal(cache.resolve('https://api.test/x', undefined).userInfo, { username: 'u', password: 'p' });
  assert.is(cache.resolve('https://other.test/x', undefined).userInfo, undefined);
});

for (const [url, code] of [
  ['', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['users', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['http://', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['http://a.test/\r\nX: y', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['http://a.test/\t', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['http://a.test/\0', 'ERR_OXBOW_HTTP_INVALID_URL'],
  ['file:///etc/passwd', 'ERR_OXBOW_HTTP_INVALID_SCHEME'],
  ['unix:/run/x.sock', 'ERR_OXBOW_HTTP_INVALID_SCHEME'],
  ['ws://a.test/', 'ERR_OXBOW_HTTP_INVALID_SCHEME'],
] as const) {
  test(`${JSON.stringify(url)} is refused with ${code}`, () => {
    assert.is(thrownBy(() => plain.resolve(url, undefined)).code, code);
  });
}

test('secrets of a refused URL are not shown', () => {
  const error = thrownBy(() => based.resolve('https://user:hunter2@evil.test/?token=hunter2', undefined));
  assert.not.match(error.message, 'hunter2');
});

test.run();
