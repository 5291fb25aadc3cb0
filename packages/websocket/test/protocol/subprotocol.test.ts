import { assert, suite } from '@oxbow/testkit';
import { chooseSubprotocol, offeredSubprotocols } from '../../src/protocol/subprotocol.ts';

const test = suite('§1.9 subprotocols');

test('the client’s first that the server speaks is chosen', () => {
  assert.is(chooseSubprotocol(['c', 'b', 'a'], ['a', 'b']), 'b');
});

test('none in common is no subprotocol', () => {
  assert.is(chooseSubprotocol(['x'], ['a']), undefined);
  assert.is(chooseSubprotocol([], ['a']), undefined);
});

test('names of object properties are nothing special', () => {
  assert.equal(offeredSubprotocols('__proto__, constructor'), ['__proto__', 'constructor']);
  assert.is(chooseSubprotocol(['__proto__', 'toString'], ['chat']), undefined);
});

test('§4.1 item 10: a repeated name or one that is no token is malformed', () => {
  assert.is(offeredSubprotocols('a, a'), undefined);
  assert.is(offeredSubprotocols('a b'), undefined);
  assert.equal(offeredSubprotocols(undefined), []);
});

test.run();
