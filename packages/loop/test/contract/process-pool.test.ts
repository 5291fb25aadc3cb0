// covers: src/thread/process-pool.ts src/thread/process-link.ts src/thread/process-worker.ts

import { suite } from '@oxbow/testkit';
import { ProcessPool } from '../../src/threads.ts';
import { promisesOfPools } from './worker-pool.ts';

const test = suite('ProcessPool: the contract of pools');

promisesOfPools(test, (options) => new ProcessPool(options));

test.run();
