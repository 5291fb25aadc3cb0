// covers: src/run-files.ts
import { assert, suite } from '@oxbow/testkit';
import { runFixture } from './run-fixture.ts';

const test = suite('the timeout of a file');

test('kills a file that blocks its loop, and names the test that was running', async () => {
  // On a busy machine the test may not have begun by then: the next try waits longer.
  for (let timeoutMs = 1_000, begun = false; !begun; timeoutMs *= 2) {
    const { exitCode, failed, output } = await runFixture('hung-file', [], {
      OXBOW_FILE_TIMEOUT: String(timeoutMs),
    });
    assert.is(exitCode, 1);
    assert.equal(failed, ['<hung>']);
    begun = !output.includes('before its tests ended');
    if (begun)
      assert.match(output, `was killed after ${timeoutMs} ms while "gives the loop no turn" was running`);
  }
});

test.run();
