/**
 * Adding up the results of the projects of one test run. Pure.
 */

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {Counts & { problems: string[] }} Tally
 */

/**
 * @param {readonly { name: string, results: Counts | undefined }[]} projects results: undefined when the project wrote
 *   none, which counts as one failure
 * @param {number} exitCode of the run as a whole: a failure that no project shows counts too
 * @param {{ mayBeEmpty?: boolean }} [more] mayBeEmpty: whether it is well when there was no test
 * @returns {Tally}
 */
export function addUp(projects, exitCode, { mayBeEmpty = false } = {}) {
  /** @type {Tally} */
  const sum = { passed: 0, failed: 0, skipped: 0, problems: [] };
  for (const { name, results } of projects) {
    if (results === undefined) {
      sum.failed += 1;
      sum.problems.push(`${name} left no results: see above why its tests did not run.`);
      continue;
    }
    sum.passed += results.passed;
    sum.failed += results.failed;
    sum.skipped += results.skipped;
  }
  if (exitCode !== 0 && sum.failed === 0) {
    sum.failed += 1;
    sum.problems.push(`the run ended with exit code ${exitCode} although no test failed: see above.`);
  }
  if (sum.passed === 0 && sum.failed === 0 && !mayBeEmpty) {
    sum.failed += 1;
    sum.problems.push('nothing passed: there must be at least one test.');
  }
  return sum;
}

/**
 * The last line of a run: `12 passed, 0 failed`, and `, 1 skipped` when there is one.
 *
 * @param {Counts} counts
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
