// covers: src/run.ts
import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('oxbow-test');

test('fails in a package without tests', async () => {
  const { exitCode, output, failed } = await runFixture('empty');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<no tests>']);
  assert.match(output, '<no tests> there is no test here: add test/<concept>.test.ts.');
});

test('runs every file, or those that a pattern names', async () => {
  assert.is((await runFixture('folders')).results.passed, 2);
  assert.equal(
    (await runFixture('folders', ['frame'])).results.files.map(({ file }) => file),
    ['test/parser/frame.test.ts'],
  );
});

test('fails when no file matches, and lists the files', async () => {
  const { exitCode, output } = await runFixture('folders', ['nothing']);
  assert.is(exitCode, 1);
  assert.match(
    output,
    '<no tests> no test file matches nothing; there are: test/integration/socket.test.ts test/parser/frame.test.ts',
  );
});

test('leaves out integration tests when asked to', async () => {
  const byOption = await runFixture('folders', ['--no-integration']);
  assert.is(byOption.results.passed, 1);
  const byEnvironment = await runFixture('integration-only', [], { OXBOW_NO_INTEGRATION: '1' });
  assert.is(byEnvironment.exitCode, 0);
  assert.match(byEnvironment.output, 'All of its tests are integration tests');
});

test('prints one line for the package, in no form that a last line has', async () => {
  const { output } = await runFixture('folders');
  assert.match(output, /^folders: 2 ok, 2 files, \d+\.\d s\n$/);
});

test('answers a wrong option or limit with exit code 2 and one sentence', async () => {
  const option = await runFixture('folders', ['--fast']);
  assert.is(option.exitCode, 2);
  assert.match(option.output, 'oxbow-test: unknown option --fast');
  const limit = await runFixture('folders', [], { OXBOW_TEST_TIMEOUT: 'long' });
  assert.is(limit.exitCode, 2);
  assert.match(limit.output, 'OXBOW_TEST_TIMEOUT must be a whole number of at least 1, not "long".');
});

test.run();
