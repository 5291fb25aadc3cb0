import { assert, suite } from '@oxbow/testkit';
import { PrivateAddressGuard } from '../../src/fetch/private-address-guard.ts';

const PUBLIC = '93.184.216.34';
const PRIVATE = '10.0.0.7';

/** Asks the guard as a connection would. */
const asks = (guard: PrivateAddressGuard, url: string, mayBePrivate: boolean, address: string) =>
  guard.guardFor(url, mayBePrivate)({ address, family: 4, hostname: new URL(url).hostname, port: 80 });

const test = suite('PrivateAddressGuard');
test('lets what may be private be on any address, and tells which hosts were', () => {
  const guard = new PrivateAddressGuard();
  assert.ok(asks(guard, 'http://intern.test/', true, PRIVATE));
  assert.ok(asks(guard, 'http://out.test/', true, PUBLIC));
  assert.equal(
    ['http://intern.test/a', 'http://out.test/', 'http://unseen.test/'].map((url) => guard.isPrivate(url)),
    [true, false, false],
  );
});
test('lets nothing else lead to a private address, whatever its name', () => {
  const guard = new PrivateAddressGuard();
  for (const address of [PRIVATE, '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1'])
    assert.not.ok(asks(guard, 'http://other.test/', false, address), address);
  assert.ok(asks(guard, 'http://other.test/', false, PUBLIC));
  assert.not.ok(guard.isPrivate('http://other.test/'));
});
test('is not taken in by a name that resolves to a private address later', () => {
  const guard = new PrivateAddressGuard();
  assert.ok(asks(guard, 'http://seed.test/', true, PUBLIC));
  assert.not.ok(asks(guard, 'http://seed.test/admin', true, PRIVATE));
  assert.not.ok(guard.isPrivate('http://seed.test/'));
});
test.run();
