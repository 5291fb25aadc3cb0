import { assert, suite } from '@oxbow/testkit';
import {
  basic,
  basicForHosts,
  bearer,
  checkedAuthorization,
  credentialFor,
} from '../../src/guard/credentials.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('credentials');

const REQUEST = { method: 'GET', origin: 'https://a.test', path: '/' };

test('Basic is the user name and password in UTF-8 and Base64 (RFC 7617 §2.1)', () => {
  assert.is(basic('test', '123£').authorization(REQUEST), 'Basic dGVzdDoxMjPCow==');
});

test('a Basic user name holds no colon', () => {
  assert.is(thrownBy(() => basic('a:b', 'c')).code, 'ERR_OXBOW_HTTP_INVALID_CREDENTIAL');
});

test('control characters are refused, and not shown', () => {
  const error = thrownBy(() => basic('user', 'se\r\ncret'));
  assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_CREDENTIAL');
  assert.not.match(error.message, 'cret');
  assert.is(thrownBy(() => bearer('a\nb')).code, 'ERR_OXBOW_HTTP_INVALID_CREDENTIAL');
});

test('a bearer token may be a function, asked each time, and may take its time', async () => {
  let turn = 0;
  const credential = bearer(() => `t${++turn}`);
  assert.is(credential.authorization(REQUEST), 'Bearer t1');
  assert.is(credential.authorization(REQUEST), 'Bearer t2');
  assert.is(await bearer(async () => 'later').authorization(REQUEST), 'Bearer later');
});

test('origins are kept in their canonical form, and a thing that is none is refused', () => {
  assert.equal(bearer('t', { origins: ['HTTPS://Example.org:443/path'] }).origins, ['https://example.org']);
  assert.is(thrownBy(() => bearer('t', { origins: ['example.org'] })).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
});

test('a credential for a host goes over https at any port, and over http to this machine alone', () => {
  const own = basicForHosts('user', 'secret', ['example.org', '127.0.0.1', 'localhost']);
  const goesTo = (origin: string) => credentialFor([own], origin, undefined) === own;
  for (const origin of [
    'https://example.org',
    'https://example.org:8443',
    'http://127.0.0.1:80',
    'http://localhost:1',
  ])
    assert.ok(goesTo(origin), origin);
  for (const origin of ['http://example.org', 'https://a.example.org', 'https://example.org.evil.test'])
    assert.not.ok(goesTo(origin), origin);
});

test('what a credential gives must be fit for a header', () => {
  assert.is(checkedAuthorization(undefined), undefined);
  assert.is(checkedAuthorization('Basic x'), 'Basic x');
  for (const bad of ['a\r\nb', 5, null])
    assert.is(thrownBy(() => checkedAuthorization(bad)).code, 'ERR_OXBOW_HTTP_INVALID_CREDENTIAL');
});

test.run();
