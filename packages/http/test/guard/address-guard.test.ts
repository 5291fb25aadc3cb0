import { assert, suite } from '@oxbow/testkit';
import { isAllowed, isPublicAddress, namedGuard } from '../../src/guard/address-guard.ts';

const test = suite('the address guard');

const target = (address: string) => ({
  address,
  family: (address.includes(':') ? 6 : 4) as 4 | 6,
  hostname: 'example.org',
  port: 80,
});

for (const address of [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '100::1',
  '64:ff9b:1::1',
]) {
  test(`${address} is not public`, () => {
    assert.not(isPublicAddress(address));
  });
}

for (const address of [
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.0',
  '172.32.0.1',
  '11.0.0.1',
  '2606:4700::1111',
  '2a00::1',
]) {
  test(`${address} is public`, () => {
    assert.ok(isPublicAddress(address));
  });
}

for (const wrap of [
  (v4: string) => `::ffff:${v4}`,
  (v4: string) => `::ffff:0:${v4}`,
  (v4: string) => `64:ff9b::${v4}`,
  (v4: string) => {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
    return `2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::1`;
  },
]) {
  test(`${wrap('127.0.0.1')} is as private as the IPv4 address in it`, () => {
    assert.not(isPublicAddress(wrap('127.0.0.1')));
    assert.not(isPublicAddress(wrap('10.1.2.3')));
    assert.not(isPublicAddress(wrap('169.254.169.254')));
    assert.ok(isPublicAddress(wrap('1.1.1.1')));
  });
}

test('a name is not an address, so it is not public', () => {
  assert.not(isPublicAddress('example.org'));
  assert.not(isPublicAddress(''));
});

test("'any' asks nobody and 'public' asks for a public address", () => {
  assert.is(namedGuard('any'), undefined);
  assert.ok(isAllowed(undefined, target('127.0.0.1')));
  assert.not(isAllowed(namedGuard('public'), target('127.0.0.1')));
  assert.ok(isAllowed(namedGuard('public'), target('1.1.1.1')));
});

test('a guard that throws, or answers anything but true, allows nothing', () => {
  assert.not(
    isAllowed(() => {
      throw new Error('no');
    }, target('1.1.1.1')),
  );
  assert.not(isAllowed((() => 'yes') as never, target('1.1.1.1')));
});

test.run();
