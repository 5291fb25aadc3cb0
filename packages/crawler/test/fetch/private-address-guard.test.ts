import { assert, suite } from '@oxbow/testkit';
import { PrivateAddressGuard } from '../../src/fetch/private-address-guard.ts';

const PUBLIC = '93.184.216.34';
const PRIVATE = '10.0.0.7';

/** Asks the guard as a connection would. */
const asks = (guard: PrivateAddressGuard, url: string, referrer: string | null, address: string) =>
  guard.guardFor(url, referrer)({ address, family: 4, hostname: new URL(url).hostname, port: 80 });

const test = suite('PrivateAddressGuard');
test('lets a seed be on any address, and links from a private host lead to private ones', () => {
  const guard = new PrivateAddressGuard(['http://intern.test/']);
  assert.ok(asks(guard, 'http://intern.test/', null, PRIVATE));
  assert.ok(asks(guard, 'http://intern.test/a', 'http://intern.test/', PRIVATE));
  assert.ok(asks(guard, 'http://wiki.test/', 'http://intern.test/', PRIVATE));
  assert.ok(asks(guard, 'http://out.test/', 'http://intern.test/', PUBLIC));
});
test('does not let a link lead from a public host to a private one, whatever its name', () => {
  const guard = new PrivateAddressGuard(['http://seed.test/']);
  assert.ok(asks(guard, 'http://seed.test/', null, PUBLIC));
  for (const address of [PRIVATE, '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1']) {
    assert.not.ok(asks(guard, 'http://other.test/', 'http://seed.test/', address), address);
  }
  assert.ok(asks(guard, 'http://other.test/', 'http://seed.test/', PUBLIC));
});
test('is not taken in by a name that resolves to a private address later', () => {
  const guard = new PrivateAddressGuard(['http://seed.test/']);
  assert.ok(asks(guard, 'http://seed.test/', null, PUBLIC));
  assert.not.ok(asks(guard, 'http://seed.test/admin', 'http://seed.test/', PRIVATE));
  assert.not.ok(asks(guard, 'http://seed.test/', null, PRIVATE));
});
test('does not take a host that no seed names for a seed', () => {
  const guard = new PrivateAddressGuard(['http://seed.test/']);
  assert.not.ok(asks(guard, 'http://other.test/robots.txt', null, PRIVATE));
});
test('trusts a seed host of an earlier run, and no other', () => {
  const guard = new PrivateAddressGuard(['http://intern.test/']);
  assert.ok(asks(guard, 'http://intern.test/b', 'http://intern.test/a', PRIVATE));
  assert.not.ok(asks(guard, 'http://intern.test/c', 'http://unknown.test/', PRIVATE));
});
test.run();
