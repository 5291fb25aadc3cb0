/**
 * The runner's limits: their defaults, and how the environment changes them.
 */

/**
 * How long one test or hook may take, in milliseconds (`OXBOW_TEST_TIMEOUT`). It finds a test that hangs and measures
 * nothing: the slowest tests take some seconds on an idle machine, and a busy one may be twenty times slower.
 */
export const DEFAULT_TEST_TIMEOUT_MS = 120_000;

/** How long one test file may take, in milliseconds, before its process group is killed (`OXBOW_FILE_TIMEOUT`). */
export const DEFAULT_FILE_TIMEOUT_MS = 600_000;

/**
 * How long a file's process may outlive its last test, in milliseconds, before its open handles count as leaked
 * (`OXBOW_HANDLE_GRACE`).
 */
export const DEFAULT_HANDLE_GRACE_MS = 15_000;

/** How much of a file's output is kept to be shown when it fails, in bytes; the oldest is dropped first. */
export const MAX_LOG_BYTES = 256 * 1024;

/**
 * Reads a whole number ≥ 1 from the environment.
 *
 * @param name the variable's name
 * @param fallback the value when it is unset or empty
 * @throws Error when it is set to anything else
 */
export function limitFromEnv(name: string, fallback: number): number {
  const given = process.env[name];
  if (given === undefined || given === '') return fallback;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`${name} must be a whole number of at least 1, not "${given}".`);
}
