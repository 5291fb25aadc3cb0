import { assert, suite } from '@oxbow/testkit';
import { deadlinePassed, phaseTimeout, type SendingPhase } from '../../src/session/phase-timeout.ts';
import { DEFAULT_TIMEOUTS } from '../../src/session/session-options.ts';

const test = suite('timeout errors');

for (const phase of ['queue', 'connect', 'send', 'headers', 'body'] as SendingPhase[]) {
  test(`the one for ${phase} names the phase, the limit and the option to raise`, () => {
    const error = phaseTimeout(phase, { ...DEFAULT_TIMEOUTS, [`${phase}Ms`]: 123 }, 'http://a.test');
    assert.is(error.phase, phase);
    assert.is(error.limitMs, 123);
    assert.is(error.code, `ERR_OXBOW_HTTP_${phase.toUpperCase()}_TIMEOUT`);
    assert.match(error.message, '123 ms');
    assert.match(error.message, `timeouts.${phase}Ms`);
    assert.is(error.name.toLowerCase(), `${phase}timeouterror`);
  });
}

test('the deadline says what was going on', () => {
  const error = deadlinePassed(50, 'headers');
  assert.is(error.phase, 'total');
  assert.match(error.message, /50 ms.*headers/);
});

test.run();
