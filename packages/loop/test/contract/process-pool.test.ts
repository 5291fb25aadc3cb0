// covers: src/thread/process-pool.ts src/thread/process-link.ts src/thread/process-worker.ts

import { ProcessPool } from '../../src/threads.ts';
import { poolContract } from './worker-pool.ts';

const test = poolContract('ProcessPool', (options) => new ProcessPool(options));

test.run();
