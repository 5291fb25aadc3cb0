import { Backoff } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import { isFinalRefusal, Reconnecting, STABLE_AFTER_MS } from '../../src/envelope/reconnecting.ts';

const longest = (maxAttempts = Number.POSITIVE_INFINITY) =>
  new Reconnecting(new Backoff({ baseMs: 100, maxMs: 1_000, maxAttempts, random: () => 0.999_999 }));
const LOST = { code: 1006, wasClean: false, byPeer: false };

const test = suite('reconnecting');

test('a connection that was opened and lost at once does not shorten the waits', () => {
  const reconnecting = longest();
  const waits: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    reconnecting.opened(0);
    waits.push(
      Math.round(reconnecting.lost({ code: 1013, wasClean: true, byPeer: true }, STABLE_AFTER_MS - 1)!),
    );
  }
  assert.equal(waits, [100, 200, 400, 800, 1_000]);
});

test('one that lasted does', () => {
  const reconnecting = longest();
  for (let i = 0; i < 3; i += 1) reconnecting.failed(false);
  reconnecting.opened(0);
  assert.is(Math.round(reconnecting.lost(LOST, STABLE_AFTER_MS)!), 100);
});

test('a clean goodbye of the peer ends it, one that means to be back does not', () => {
  for (const code of [1000, 1002, 1005, 1008, 1009, 3000, 4000, 4401]) {
    assert.is(longest().lost({ code, wasClean: true, byPeer: true }, 0), undefined, `code ${code}`);
  }
  for (const code of [1001, 1011, 1012, 1013, 1014]) {
    assert.type(longest().lost({ code, wasClean: true, byPeer: true }, 0), 'number', `code ${code}`);
  }
  assert.type(longest().lost({ code: 1000, wasClean: false, byPeer: true }, 0), 'number');
  assert.type(longest().lost({ code: 1011, wasClean: true, byPeer: false }, 0), 'number');
});

test('gives up after maxAttempts, and at once where nothing can change', () => {
  const reconnecting = longest(2);
  assert.type(reconnecting.failed(false), 'number');
  assert.type(reconnecting.failed(false), 'number');
  assert.is(reconnecting.failed(false), undefined);
  assert.is(longest().failed(true), undefined);
});

test('knows which refusals stay', () => {
  const final = [400, 401, 403, 404, 405, 410, 426, 302].filter((status) => isFinalRefusal(status, false));
  assert.equal(final, [400, 401, 403, 404, 405, 410, 426, 302]);
  assert.equal(
    [408, 425, 429, 500, 503, 101].filter((status) => isFinalRefusal(status, false)),
    [],
  );
  assert.equal(
    [401, 403, 404].filter((status) => isFinalRefusal(status, true)),
    [404],
  );
});

test.run();
