import { isIPv6 } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { isInBlock, parseAddress, parseBlock } from '../../src/guard/ip-address.ts';

const test = suite('IP addresses');

const hex = (text: string) => Buffer.from(parseAddress(text) ?? []).toString('hex');

test('IPv4 is four bytes', () => {
  assert.is(hex('192.168.0.255'), 'c0a800ff');
});

test('IPv6 is sixteen bytes, wherever the zeros are left out', () => {
  assert.is(hex('::'), '0'.repeat(32));
  assert.is(hex('::1'), `${'0'.repeat(31)}1`);
  assert.is(hex('2001:db8::8:800:200c:417a'), '20010db80000000000080800200c417a');
  assert.is(hex('fe80::'), `fe80${'0'.repeat(28)}`);
});

test('an IPv4 tail counts as the last four bytes', () => {
  assert.is(hex('::ffff:127.0.0.1'), '00000000000000000000ffff7f000001');
  assert.is(hex('64:ff9b::10.0.0.1'), '0064ff9b00000000000000000a000001');
});

test('a zone is ignored', () => {
  assert.is(hex('fe80::1%eth0'), hex('fe80::1'));
});

test('what is not a literal is undefined', () => {
  for (const text of ['', 'localhost', '1.2.3', '256.0.0.1', '0x7f.1', '1.2.3.4:80', ':::', '[::1]']) {
    assert.is(parseAddress(text), undefined, text);
  }
});

test('a block holds the addresses that share its prefix', () => {
  const block = parseBlock('172.16.0.0/12');
  assert.ok(isInBlock(parseAddress('172.31.255.255') as Uint8Array, block));
  assert.not(isInBlock(parseAddress('172.32.0.0') as Uint8Array, block));
  assert.not(isInBlock(parseAddress('172.15.255.255') as Uint8Array, block));
});

test('families do not mix', () => {
  assert.not(isInBlock(parseAddress('::1') as Uint8Array, parseBlock('0.0.0.0/8')));
});

test('a malformed block throws', () => {
  assert.throws(() => parseBlock('10.0.0.0'), /CIDR/);
});

test('every IPv6 address parses to what Node writes for the same bytes', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      if (!isIPv6(text)) return;
      const bytes = parseAddress(text) as Uint8Array;
      const groups = Array.from({ length: 8 }, (_, i) =>
        (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
      );
      assert.is(new URL(`http://[${groups.join(':')}]/`).hostname, new URL(`http://[${text}]/`).hostname);
    }),
  );
});

test.run();
