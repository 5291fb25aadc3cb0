import { assert, suite } from '@oxbow/testkit';
import { parseAddress, publicAddress } from '../../src/client/address.ts';

const test = suite('the address to connect to');

test('is a string or a URL of one of four schemes, without a fragment', () => {
  for (const scheme of ['ws', 'wss', 'http', 'https']) {
    assert.is(parseAddress(`${scheme}://x/p`).href, `${scheme}://x/p`);
    assert.is(parseAddress(new URL(`${scheme}://x/p`)).href, `${scheme}://x/p`);
  }
  for (const bad of ['x', 'ftp://x', 'ws://x/#a', '', 5, undefined]) {
    assert.throws(() => parseAddress(bad), 'connect() takes an address like "ws://host:port/path"');
  }
});

test('stands in messages without what may be secret', () => {
  assert.is(publicAddress(new URL('wss://user:word@host:8443/chat?token=1')), 'wss://host:8443/chat');
  assert.throws(
    () => parseAddress('ftp://user:word@host/?token=1'),
    (error: Error) => !/user|word|token/.test(error.message),
  );
});

test.run();
