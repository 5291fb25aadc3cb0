/**
 * Leaving out a test that needs something this machine lacks, with the reason said aloud.
 */

/** Thrown by `skipUnless`; ends a test, a suite or a file as skipped. Not a failure. */
export class Skipped extends Error {
  override name = 'Skipped';
}

/**
 * Goes on when `condition` holds; otherwise leaves out the running test and prints the reason. In a `before`
 * hook it leaves out the whole suite, at the top of a file the whole file.
 *
 * With `OXBOW_REQUIRE=1` in the environment nothing may be missing: then it fails instead.
 *
 * @param condition whether what the test needs is here
 * @param reason one sentence: what is missing and how to get it
 */
export function skipUnless(condition: unknown, reason: string): asserts condition {
  if (condition) return;
  if (process.env.OXBOW_REQUIRE === '1')
    throw new Error(`may not be skipped under OXBOW_REQUIRE=1: ${reason}`);
  throw new Skipped(reason);
}
