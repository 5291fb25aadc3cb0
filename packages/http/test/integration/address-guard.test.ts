import { assert, suite } from '@oxbow/testkit';
import {
  type AddressTarget,
  type BlockedAddressError,
  type LookupFunction,
  Session,
} from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { httpServer } from './loopback.ts';

const test = suite('the guard at connect time');

const answers =
  (...turns: string[][]): LookupFunction =>
  (_name, _options, callback) => {
    const addresses = (turns.length > 1 ? turns.shift() : turns[0]) ?? [];
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };

for (const host of [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0.0.0.0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '10.0.0.1',
  '169.254.169.254',
  '[fe80::1]',
  'localhost',
]) {
  test(`${host} is refused by 'public', and nothing connects`, async () => {
    const server = await httpServer((_, response) => void response.end('secret'));
    const session = new Session({ guard: 'public' });
    const error = await rejectionOf<BlockedAddressError>(session.get(`http://${host}:${server.port}/`));
    assert.is(error.code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
    assert.is(server.accepted(), 0);
    await session.close();
    await server.close();
  });
}

test('a redirect to a private address is refused like a first request', async () => {
  const inner = await httpServer((_, response) => void response.end('secret'));
  const outer = await httpServer(
    (_, response) => void response.writeHead(302, { location: inner.url }).end(),
  );
  const guard = (target: AddressTarget) => target.port === outer.port;
  const session = new Session({ guard });
  const error = await rejectionOf(session.get(outer.url));
  assert.is(error.code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
  assert.is(inner.accepted(), 0);
  await session.close();
  await outer.close();
  await inner.close();
});

test('what was checked is what is connected to: a name that changes its mind gains nothing', async () => {
  const server = await httpServer((_, response) => void response.end('secret'));
  let lookups = 0;
  const asked: string[] = [];
  // Public when it is checked, loopback if anybody should ask again.
  const rebinding: LookupFunction = (name, options, callback) => {
    lookups++;
    answers(lookups === 1 ? ['192.0.2.1'] : ['127.0.0.1'])(name, options, callback);
  };
  const session = new Session({
    guard: (target) => {
      asked.push(target.address);
      return target.address === '192.0.2.1';
    },
    lookup: rebinding,
    retry: false,
    timeouts: { connectMs: 100 },
  });
  await rejectionOf(session.get(`http://rebind.test:${server.port}/`));
  assert.is(lookups, 1);
  assert.equal(asked, ['192.0.2.1']);
  assert.is(server.accepted(), 0);
  await session.close();
  await server.close();
});

test('of several addresses only the allowed ones are tried', async () => {
  const server = await httpServer((_, response) => void response.end('ok'));
  const session = new Session({
    guard: (target) => target.address !== '127.0.0.2',
    lookup: answers(['127.0.0.2', '127.0.0.1']),
  });
  assert.is(await session.get(`http://two.test:${server.port}/`).text(), 'ok');
  assert.equal(
    [...server.sockets].map((socket) => socket.localAddress),
    ['127.0.0.1'],
  );
  await session.close();
  await server.close();
});

test('a guard is asked again for a kept connection of a request with another guard', async () => {
  const server = await httpServer((_, response) => void response.end('ok'));
  const session = new Session();
  assert.is(await session.get(server.url).text(), 'ok');
  const error = await rejectionOf(session.get(server.url, { guard: 'public' }));
  assert.is(error.code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
  assert.is(await session.get(server.url).text(), 'ok');
  assert.is(server.accepted(), 1);
  await session.close();
  await server.close();
});

test('a guard that allows is asked with host, port and address', async () => {
  const server = await httpServer((_, response) => void response.end('ok'));
  const asked: AddressTarget[] = [];
  const session = new Session({
    lookup: answers(['127.0.0.1']),
    guard: (target) => {
      asked.push(target);
      return true;
    },
  });
  await session.get(`http://name.test:${server.port}/`).text();
  assert.equal(asked, [{ address: '127.0.0.1', family: 4, hostname: 'name.test', port: server.port }]);
  await session.close();
  await server.close();
});

test('a resolver that fails, answers nothing or answers nonsense is a ConnectError', async () => {
  for (const lookup of [
    (_n: string, _o: object, callback: (error: Error | null, a: []) => void) =>
      callback(new Error('SERVFAIL'), []),
    answers([]),
    answers(['not an address']),
    () => {
      throw new Error('broken');
    },
  ]) {
    const session = new Session({ lookup: lookup as LookupFunction, retry: false });
    assert.is((await rejectionOf(session.get('http://name.test/'))).code, 'ERR_OXBOW_HTTP_DNS');
    await session.close();
  }
});

test.run();
