// covers: src/pool/thread-pool.ts src/worker/thread-link.ts src/worker/thread-worker.ts src/pool/worker-pool.ts
// covers: src/worker/worker-end.ts src/pool/pool-worker.ts src/worker/call-runner.ts src/worker/worker-link.ts src/call/wire.ts
// covers: src/pool/grace.ts src/pool/idle-check.ts

import { suite } from '@oxbow/testkit';
import { ThreadPool } from '../../src/index.ts';
import { promisesOfPools } from './worker-pool.ts';

const test = suite('ThreadPool: the contract of pools');

promisesOfPools(test, (options) => new ThreadPool(options));

test.run();
