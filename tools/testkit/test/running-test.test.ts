import { assert, signal, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('the running test');

test('fails when it throws what is not an Error, or returns a generator', async () => {
  const { exitCode, failed, output } = await runFixture('thrown');
  assert.is(exitCode, 1);
  assert.is(failed.length, 4);
  assert.match(output, 'non-Error thrown: text');
  assert.match(output, 'non-Error thrown: undefined');
  assert.match(output, 'returned a generator, and nobody runs it');
  assert.match(output, 'non-Error thrown: [object Object]');
});

test('fails at its timeout with its signal aborted, and the next one runs', async () => {
  const { exitCode, failed, results } = await runFixture('hung-test');
  assert.is(exitCode, 1);
  assert.equal(failed, ['never settles', 'never settles and holds a handle until its signal']);
  assert.is(results.passed, 1);
});

test('has a signal that is not aborted in time', async () => {
  const before = signal();
  await Promise.resolve();
  assert.is(signal(), before);
  assert.is(before.aborted, false);
});

test.run();
