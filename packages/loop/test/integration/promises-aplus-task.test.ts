// covers: src/task/adopt.ts, src/task/op.ts

import { assert, suite } from '@oxbow/testkit';
import { createTask } from '../../src/index.ts';
import { CONFORMANCE_TESTS, type Deferred, runConformance } from './promises-aplus.ts';

const test = suite('Promises/A+ by a Task');

test('passes the conformance suite', async () => {
  const { passed, failures } = await runConformance(() => {
    let settle: Omit<Deferred, 'promise'> | undefined;
    const native = new Promise<unknown>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // The task looks at it from its first turn on.
    native.catch(() => {});
    return { promise: createTask(() => native), ...settle! };
  });
  assert.equal(failures, []);
  assert.is(passed, CONFORMANCE_TESTS);
});

test.run();
