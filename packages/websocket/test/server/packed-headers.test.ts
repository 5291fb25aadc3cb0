import { assert, suite } from '@oxbow/testkit';
import { packHeaders, unpackHeaders } from '../../src/server/packed-headers.ts';

const test = suite('packed headers');

test('are the same again: names, values, order', () => {
  const headers = Object.assign(Object.create(null), {
    host: 'example.org',
    'sec-websocket-protocol': 'chat, superchat',
    __proto__x: 'a b\tc',
    empty: '',
  });
  assert.equal(Object.entries(unpackHeaders(packHeaders(headers))), Object.entries(headers));
});

test('have no prototype, whatever a header is called', () => {
  const headers = Object.create(null);
  Object.defineProperty(headers, '__proto__', { value: 'x', enumerable: true });
  const unpacked = unpackHeaders(packHeaders(headers));
  assert.is(Object.getPrototypeOf(unpacked), null);
  assert.equal(Object.entries(unpacked), [['__proto__', 'x']]);
  assert.equal(Object.entries(unpackHeaders(packHeaders({}))), []);
});

test.run();
