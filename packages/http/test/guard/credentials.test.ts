import { assert, suite } from '@oxbow/testkit';
import { basic, bearer } from '../../src/guard/credentials.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('credentials');

test('Basic is the user name and password in UTF-8 and Base64 (RFC 7617 §2.1)', () => {
  assert.is(basic('test', '123£').authorization(), 'Basic dGVzdDoxMjPCow==');
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
  assert.is(credential.authorization(), 'Bearer t1');
  assert.is(credential.authorization(), 'Bearer t2');
  assert.is(await bearer(async () => 'later').authorization(), 'Bearer later');
});

test('origins are kept in their canonical form, and a thing that is none is refused', () => {
  assert.equal(bearer('t', { origins: ['HTTPS://Example.org:443/path'] }).origins, ['https://example.org']);
  assert.is(thrownBy(() => bearer('t', { origins: ['example.org'] })).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
});

test.run();
