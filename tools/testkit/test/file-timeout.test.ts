// covers: src/run-files.ts
import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('the timeout of a file');

test('kills a file that blocks its loop, and names the test that was running', async () => {
  const { exitCode, failed, output } = await runFixture('hung-file', [], { OXBOW_FILE_TIMEOUT: '2000' });
  assert.is(exitCode, 1);
  assert.equal(failed, ['<hung>']);
  assert.match(output, 'was killed after 2000 ms while "gives the loop no turn" was running');
});

test.run();
