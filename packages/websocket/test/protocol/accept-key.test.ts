import { assert, suite } from '@oxbow/testkit';
import { acceptKey, isHandshakeKey } from '../../src/protocol/accept-key.ts';
import { sha1Base64 } from '../../src/transport/sha1.ts';

const test = suite('§1.3 and §4.2.2 key and accept value');

test('the example of §1.3', () => {
  assert.is(acceptKey('dGhlIHNhbXBsZSBub25jZQ==', sha1Base64), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('a key is 16 bytes in base64', () => {
  for (let i = 0; i < 50; i += 1) {
    const key = Buffer.from(Array.from({ length: 16 }, (_, j) => (i * 37 + j * 11) & 255)).toString('base64');
    assert.is(isHandshakeKey(key), true, key);
  }
});

test('anything else is not', () => {
  const good = 'dGhlIHNhbXBsZSBub25jZQ==';
  const bad = [
    '',
    'short==',
    `${good}=`,
    good.slice(0, 22),
    `${good}, ${good}`,
    good.replace('d', '*'),
    good.replace('Q=', 'R='),
  ];
  for (const key of bad) assert.is(isHandshakeKey(key), false, key);
});

test.run();
