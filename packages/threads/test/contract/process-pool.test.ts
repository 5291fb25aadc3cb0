// covers: src/pool/process-pool.ts src/worker/process-link.ts src/worker/process-worker.ts

import { suite } from '@oxbow/testkit';
import { ProcessPool } from '../../src/index.ts';
import { promisesOfPools } from './worker-pool.ts';

const test = suite('ProcessPool: the contract of pools');

promisesOfPools(test, (options) => new ProcessPool(options));

test.run();
