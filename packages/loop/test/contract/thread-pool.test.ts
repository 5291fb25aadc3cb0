// covers: src/thread/thread-pool.ts src/thread/thread-link.ts src/thread/thread-worker.ts src/thread/worker-pool.ts
// covers: src/thread/worker-end.ts src/thread/pool-worker.ts src/thread/call-runner.ts src/thread/worker-link.ts src/thread/wire.ts
// covers: src/thread/grace.ts src/thread/idle-check.ts src/thread/pool-statistics.ts

import { suite } from '@oxbow/testkit';
import { ThreadPool } from '../../src/threads.ts';
import { promisesOfPools } from './worker-pool.ts';

const test = suite('ThreadPool: the contract of pools');

promisesOfPools(test, (options) => new ThreadPool(options));

test.run();
