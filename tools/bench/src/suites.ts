/** Every suite, in the order they run. */
import type { Suite } from './harness/suite.ts';
import { loop } from './suites/loop.ts';
import { stream } from './suites/stream.ts';

export const SUITES: readonly Suite[] = [loop, stream];
