import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('running a file');

test('fails when its tests end the process, and names the one that was running', async () => {
  const { exitCode, failed, output } = await runFixture('exit');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'while "ends the process as if all were well" was running: look for process.exit');
});

test('fails on an unhandled rejection', async () => {
  const { exitCode, failed, output } = await runFixture('unhandled');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'nobody looked');
});

test('fails when the process ends badly after its last test', async () => {
  const { exitCode, failed } = await runFixture('exit-code');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<exit code>']);
});

test('fails when the file throws at its top, and shows the error', async () => {
  const { exitCode, failed, output } = await runFixture('broken-import');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'broken at the top');
});

test('ends the processes that a test left behind', async () => {
  const { exitCode, results } = await runFixture('child');
  assert.is(exitCode, 0);
  assert.ok(results.ms < 30_000, 'must not wait for the process that holds the output');
});

test.run();
