import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { BACKOFF_DEFAULTS, backoffMs, invitesBack } from '../../src/backoff/backoff.ts';

const test = suite('backoff');

test('doubles from half a second to half a minute', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 7, 1_000].map((failures) => backoffMs(failures, BACKOFF_DEFAULTS, 1));
  assert.equal(longest, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('full jitter: anything from 0 to the longest', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const waitMs = backoffMs(failures, BACKOFF_DEFAULTS, random);
      assert.ok(waitMs >= 0 && waitMs <= 30_000);
    }),
  );
  assert.is(backoffMs(3, BACKOFF_DEFAULTS, 0), 0);
});

test('a lost connection, a restart and an overload invite back; a clean goodbye does not', () => {
  for (const [code, wasClean, expected] of [
    [1006, false, true],
    [1001, true, true],
    [1012, true, true],
    [1013, true, true],
    [1000, true, false],
    [1008, true, false],
    [4000, true, false],
  ] as const) {
    assert.is(invitesBack({ code, wasClean }), expected, String(code));
  }
});

test.run();
