import { assert, suite } from '@oxbow/testkit';
import { invitesBack } from '../../src/reconnect/invites-back.ts';

const test = suite('invitesBack');

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
