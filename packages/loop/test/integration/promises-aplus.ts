// Runs the public Promises/A+ suite. It keeps its tests in global state, so a process runs it once.

import { createRequire } from 'node:module';

/** What the suite needs of a promise library. */
export interface Deferred {
  promise: PromiseLike<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

interface Runner {
  on(event: string, listener: (test: { fullTitle(): string }, error: Error) => void): void;
}

/** The deadline of one test of the suite, in milliseconds: beyond that of the test around it, which bounds them all. */
const PATIENCE_MS = 600_000;

const require = createRequire(import.meta.url);
const conformance = require('promises-aplus-tests') as (
  adapter: { deferred(): Deferred },
  options: { reporter: unknown; timeout: number },
  done: () => void,
) => void;

/** The titles of the tests that passed, and what failed. */
export interface ConformanceResult {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** Runs all tests of the suite against the promises `deferred` makes. */
export function runConformance(deferred: () => Deferred): Promise<ConformanceResult> {
  const failures: string[] = [];
  let passed = 0;
  class Collector {
    constructor(runner: Runner) {
      runner.on('pass', () => passed++);
      runner.on('fail', (failed, error) => failures.push(`${failed.fullTitle()}: ${error.message}`));
    }
  }
  return new Promise((resolve) => {
    conformance({ deferred }, { reporter: Collector, timeout: PATIENCE_MS }, () =>
      resolve({ passed, failures }),
    );
  });
}

/** How many tests version 2.1.2 of the suite has: fewer would mean that some did not run. */
export const CONFORMANCE_TESTS = 872;
