import { assert, suite } from '@oxbow/testkit';
import {
  headersAfterHop,
  isRedirectStatus,
  redirectHop,
  redirectMethod,
  singleLocation,
} from '../../src/policy/redirect.ts';

const test = suite('RFC 9110 §15.4 redirects');

const hopOf = (location: string, from = 'https://a.test/x/y?q#f') => redirectHop(302, 'GET', location, from);

test('301, 302, 303, 307 and 308 are followed, no other status is', () => {
  const followed = Array.from({ length: 500 }, (_, i) => i + 100).filter(isRedirectStatus);
  assert.equal(followed, [301, 302, 303, 307, 308]);
});

for (const [status, method, next] of [
  [301, 'GET', 'GET'],
  [301, 'POST', 'GET'],
  [301, 'PUT', 'PUT'],
  [302, 'POST', 'GET'],
  [302, 'DELETE', 'DELETE'],
  [302, 'HEAD', 'HEAD'],
  [303, 'POST', 'GET'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [307, 'POST', 'POST'],
  [308, 'POST', 'POST'],
  [308, 'PATCH', 'PATCH'],
] as const) {
  test(`${status} turns ${method} into ${next}`, () => {
    assert.is(redirectMethod(status, method), next);
  });
}

test('Location is resolved against the present URL', () => {
  assert.is(hopOf('z?1')?.url, 'https://a.test/x/z?1#f');
  assert.is(hopOf('/z')?.url, 'https://a.test/z#f');
  assert.is(hopOf('//b.test/')?.url, 'https://b.test/#f');
});

test('the fragment is inherited unless the target names one (§10.2.2)', () => {
  assert.is(hopOf('/z#g')?.url, 'https://a.test/z#g');
});

test('raw UTF-8 in Location is read as UTF-8', () => {
  const wire = Buffer.from('/ä').toString('latin1');
  assert.is(hopOf(wire)?.url, 'https://a.test/%C3%A4#f');
});

for (const [text, encoding, expected] of [
  ['/caf\xe9', 'latin1', '/caf%E9'],
  ['/\xd6\xd0?q=\xce\xc4', 'latin1', '/%D6%D0?q=%CE%C4'],
  ['/caf%E9/ü', 'utf8', '/caf%E9/%C3%BC'],
] as const) {
  test(`a Location of bytes that are ${encoding === 'utf8' ? '' : 'not '}UTF-8 keeps them: ${expected}`, () => {
    const wire = Buffer.from(text, encoding).toString('latin1');
    assert.is(hopOf(wire, 'https://a.test/')?.url, `https://a.test${expected}`);
  });
}

test('several Locations that say the same are one, any others are none', () => {
  assert.is(singleLocation('/a, /a'), '/a, /a');
  assert.is(singleLocation(['/a', '/a']), '/a');
  assert.is(singleLocation(['/a', '/b']), undefined);
  assert.is(singleLocation([]), undefined);
});

for (const location of [
  'file:///etc/passwd',
  'data:,x',
  'unix:/run/docker.sock',
  'javascript:1',
  'http://',
  'ftp://a.test/',
]) {
  test(`${location} is not followed`, () => {
    assert.is(hopOf(location), undefined);
  });
}

test('userinfo that a server put into Location is dropped', () => {
  assert.is(hopOf('https://user:secret@a.test/')?.url, 'https://a.test/#f');
});

for (const [to, crosses] of [
  ['https://a.test/z', false],
  ['https://a.test:443/z', false],
  ['http://a.test/z', true],
  ['https://a.test:8443/z', true],
  ['https://b.test/z', true],
  ['https://sub.a.test/z', true],
] as const) {
  test(`to ${to} the origin ${crosses ? 'changes' : 'stays'}`, () => {
    assert.is(hopOf(to)?.crossOrigin, crosses);
  });
}

const FIELDS = [
  'Accept',
  'text/html',
  'authorization',
  'Bearer x',
  'Cookie',
  'a=1',
  'X-Api-Key',
  'k',
  'Proxy-Authorization',
  'p',
  'Content-Type',
  'text/plain',
  'If-None-Match',
  '"e"',
  'Host',
  'a.test',
  'User-Agent',
  'u',
];
const names = (fields: readonly string[]) =>
  fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());

test('across origins only harmless headers go along', () => {
  const kept = headersAfterHop(FIELDS, { url: '', method: 'GET', keepsBody: false, crossOrigin: true });
  assert.equal(names(kept), ['accept', 'user-agent']);
});

test('across origins the type of a body goes where the body goes', () => {
  const kept = headersAfterHop(FIELDS, { url: '', method: 'POST', keepsBody: true, crossOrigin: true });
  assert.equal(names(kept), ['accept', 'content-type', 'user-agent']);
});

test('within an origin all go along but those about the old URL', () => {
  const kept = headersAfterHop(FIELDS, { url: '', method: 'POST', keepsBody: true, crossOrigin: false });
  assert.equal(names(kept), [
    'accept',
    'authorization',
    'cookie',
    'x-api-key',
    'proxy-authorization',
    'content-type',
    'user-agent',
  ]);
});

test.run();
