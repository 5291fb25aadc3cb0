import { assert, signal, suite } from '@oxbow/testkit';
import { type FixtureRun, runFixture } from './run-fixture.ts';

const test = suite('the running test');

let hung: FixtureRun;
test.before(async () => {
  hung = await runFixture('hung-test', [], { OXBOW_TEST_TIMEOUT: '1000' });
});

test('fails when it throws what is not an Error, or returns a generator', async () => {
  const { exitCode, failed, output } = await runFixture('thrown');
  assert.is(exitCode, 1);
  assert.is(failed.length, 4);
  assert.match(output, 'non-Error thrown: text');
  assert.match(output, 'non-Error thrown: undefined');
  assert.match(output, 'returned a generator, and nobody runs it');
  assert.match(output, 'non-Error thrown: [object Object]');
});

test('fails at its timeout with its signal aborted, and the next one runs', () => {
  const { exitCode, failed, results } = hung;
  assert.is(exitCode, 1);
  assert.equal(failed.slice(0, 2), ['never settles', 'never settles and holds a handle until its signal']);
  assert.is(results.passed, 1);
});

test('says at its timeout what it waited for, and what was open', () => {
  const { output } = hung;
  assert.match(
    output,
    'never settles DeadlineError: timed out after 1000 ms waiting for something that never settled',
  );
  assert.match(
    output,
    /waits for what never becomes true DeadlineError: timed out after 1000 ms waiting for the moon to turn blue \(open: .*Timeout/,
  );
});

test('is held to its timeout afterwards when it gives the loop no turn', () => {
  const { failed, output } = hung;
  assert.is(failed.at(-1), 'gives the loop no turn');
  assert.match(output, /took \d+ ms without giving the loop a turn, and may take 1000 ms/);
});

test('has a signal that is not aborted in time', async () => {
  const before = signal();
  await Promise.resolve();
  assert.is(signal(), before);
  assert.is(before.aborted, false);
});

test.run();
