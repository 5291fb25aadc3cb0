import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  type LookupFunction,
  MAX_ADDRESSES,
  MAX_CACHED_NAMES,
  NAME_TTL_MS,
  type ResolvedAddress,
  Resolver,
} from '../../src/transport/resolver.ts';
import { rejectionOf } from '../rejection.ts';

const test = suite('the resolver');

const resolve = (resolver: Resolver, name: string) =>
  new Promise<readonly ResolvedAddress[]>((done, fail) => {
    resolver.resolve(name, (error, addresses) => (error === undefined ? done(addresses) : fail(error)));
  });

function counting(
  answer: LookupFunction = (_n, _o, callback) => callback(null, [{ address: '192.0.2.1', family: 4 }]),
  ttlMs?: number,
) {
  const names: string[] = [];
  const lookup: LookupFunction = (name, options, callback) => {
    names.push(name);
    setImmediate(() => answer(name, options, callback));
  };
  return { names, resolver: new Resolver(lookup, ttlMs) };
}

test('who asks at the same time shares one lookup', async () => {
  const { names, resolver } = counting();
  await Promise.all([resolve(resolver, 'a'), resolve(resolver, 'a'), resolve(resolver, 'b')]);
  assert.equal(names, ['a', 'b']);
});

test('an answer is kept for its time and no longer', () =>
  run(
    async () => {
      const { names, resolver } = counting();
      await resolve(resolver, 'a');
      await sleep(NAME_TTL_MS - 1);
      await resolve(resolver, 'a');
      assert.is(names.length, 1);
      await sleep(1);
      await resolve(resolver, 'a');
      assert.is(names.length, 2);
    },
    { clock: new VirtualClock() },
  ));

test('how long is up to the option; 0 asks every time, of a moment still once', () =>
  run(
    async () => {
      const long = counting(undefined, 60_000);
      await resolve(long.resolver, 'a');
      await sleep(59_999);
      await resolve(long.resolver, 'a');
      assert.is(long.names.length, 1);
      const none = counting(undefined, 0);
      await Promise.all([resolve(none.resolver, 'a'), resolve(none.resolver, 'a')]);
      await resolve(none.resolver, 'a');
      assert.is(none.names.length, 2);
    },
    { clock: new VirtualClock() },
  ));

test('a failure is told to all who wait, and is not kept', async () => {
  let turn = 0;
  const { resolver } = counting((_n, _o, callback) =>
    turn++ === 0 ? callback(new Error('SERVFAIL'), []) : callback(null, [{ address: '::1', family: 6 }]),
  );
  const both = [rejectionOf(resolve(resolver, 'a')), rejectionOf(resolve(resolver, 'a'))];
  assert.equal(
    (await Promise.all(both)).map((error) => error.message),
    ['SERVFAIL', 'SERVFAIL'],
  );
  assert.equal(await resolve(resolver, 'a'), [{ address: '::1', family: 6 }]);
});

test('names remembered are bounded', async () => {
  const { names, resolver } = counting();
  for (let i = 0; i <= MAX_CACHED_NAMES; i++) await resolve(resolver, `n${i}`);
  await resolve(resolver, `n${MAX_CACHED_NAMES}`);
  assert.is(names.length, MAX_CACHED_NAMES + 1);
  await resolve(resolver, 'n0');
  assert.is(names.length, MAX_CACHED_NAMES + 2);
});

test('addresses are bounded, checked, and their family is found out and not believed', async () => {
  const many = Array.from({ length: MAX_ADDRESSES + 1 }, (_, i) => ({ address: `10.0.0.${i}`, family: 6 }));
  const { resolver } = counting((_n, _o, callback) => callback(null, many));
  const addresses = await resolve(resolver, 'a');
  assert.is(addresses.length, MAX_ADDRESSES);
  assert.is(addresses[0]?.family, 4);
  const nonsense = counting((_n, _o, callback) =>
    callback(null, [{ address: 'evil.test', family: 4 }]),
  ).resolver;
  assert.match((await rejectionOf(resolve(nonsense, 'a'))).message, 'no address');
});

test('a lookup that throws, or answers twice, does no harm', async () => {
  const thrower = new Resolver(() => {
    throw new Error('broken');
  });
  assert.match((await rejectionOf(resolve(thrower, 'a'))).message, 'broken');
  const twice = new Resolver((_n, _o, callback) => {
    callback(null, [{ address: '10.0.0.1', family: 4 }]);
    callback(new Error('again'), []);
  });
  assert.is((await resolve(twice, 'a')).length, 1);
});

test.run();
