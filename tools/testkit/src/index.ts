/**
 * The public door of the testkit: uvu's suites and assertions, with every silent green made a failure.
 */

// assertions (uvu's)
export * as assert from 'uvu/assert';
// parsers
export { everySplit } from './every-split.ts';
// the running test
export { signal } from './running-test.ts';
export { skipUnless } from './skip-unless.ts';
// suites
export { type Handler, type Hook, type Suite, suite } from './suite.ts';
// waiting
export { until } from './until.ts';
