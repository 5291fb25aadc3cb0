import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('suite');

test('passes its context and the running title to tests and hooks', async () => {
  const { exitCode, results, output } = await runFixture('green', [], { FORCE_COLOR: '1' });
  assert.is(exitCode, 0, output);
  assert.is(results.passed, 3);
});

test('fails a file that forgets .run()', async () => {
  const { exitCode, failed, output } = await runFixture('no-run');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<never run>']);
  assert.match(output, /1 of the tests of "forgetful" never ran: end the suite with \.run\(\)/);
});

test('fails a file with .only left in, whose other tests did not run', async () => {
  const { exitCode, failed } = await runFixture('only');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<only>']);
});

test('fails a file with .skip left in', async () => {
  const { exitCode, failed } = await runFixture('skip');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<skip>']);
});

test('fails a file whose tests are declared after its end', async () => {
  const { exitCode, failed } = await runFixture('late');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<too late>']);
});

test('fails a file without tests', async () => {
  const { exitCode, failed } = await runFixture('no-tests');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<no tests>']);
});

test('counts each throwing hook as a failure, and the tests that needed it', async () => {
  const { exitCode, failed } = await runFixture('hooks');
  assert.is(exitCode, 1);
  assert.equal(failed, [
    'needs the database',
    'needs the transaction',
    'fails before its hook does',
    '<before>',
    '<before each>',
    '<after each>',
    '<after each>',
    '<after>',
  ]);
});

test('refuses a deadline of its own', () => {
  assert.throws(
    () => suite('hasty', {}, ...([{ timeoutMs: 10 }] as never[])),
    "suite('hasty') takes a name and a context: one deadline holds for all tests (OXBOW_TEST_TIMEOUT)",
  );
});

test.run();
