// covers: src/task/adopt.ts, src/task/op.ts

import { assert, suite } from '@oxbow/testkit';
import { Future } from '../../src/index.ts';
import { CONFORMANCE_TESTS, runConformance } from './promises-aplus.ts';

const test = suite('Promises/A+ by a Future');

test('passes the conformance suite', async () => {
  const { passed, failures } = await runConformance(() => {
    const future = new Future<unknown>();
    return {
      promise: future,
      resolve: (value) => void (future.done || future.setResult(value)),
      reject: (reason) => void (future.done || future.setException(reason)),
    };
  });
  assert.equal(failures, []);
  assert.is(passed, CONFORMANCE_TESTS);
});

test.run();
