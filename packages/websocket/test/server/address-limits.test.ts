import { assert, suite } from '@oxbow/testkit';
import { AddressLimits, MAX_REMEMBERED_ADDRESSES } from '../../src/server/address-limits.ts';

const test = suite('limits of one address');

test('connections at the limit and one past it, each address for itself', () => {
  const limits = new AddressLimits(2, Number.POSITIVE_INFINITY);
  limits.enter('a');
  assert.is(limits.hasRoom('a'), true);
  limits.enter('a');
  assert.equal([limits.hasRoom('a'), limits.hasRoom('b'), limits.hasRoom(undefined)], [false, true, true]);
  limits.leave('a');
  assert.is(limits.hasRoom('a'), true);
  limits.leave('a');
  limits.leave('a');
  limits.enter('a');
  assert.is(limits.hasRoom('a'), true);
});

test('upgrades in a second at the limit and one past it', () => {
  const limits = new AddressLimits(Number.POSITIVE_INFINITY, 2);
  const at = (nowMs: number, address = 'a') => limits.allowsUpgrade(address, nowMs);
  assert.equal([at(0), at(1), at(2), at(2, 'b'), at(1_000)], [true, true, false, true, true]);
});

test('remembers so many addresses and forgets the oldest', () => {
  const limits = new AddressLimits(Number.POSITIVE_INFINITY, 1);
  limits.allowsUpgrade('first', 0);
  for (let i = 0; i < MAX_REMEMBERED_ADDRESSES; i += 1) limits.allowsUpgrade(`a${i}`, 0);
  assert.is(limits.allowsUpgrade('first', 0), true);
  assert.is(limits.allowsUpgrade(`a${MAX_REMEMBERED_ADDRESSES - 1}`, 0), false);
});

test.run();
