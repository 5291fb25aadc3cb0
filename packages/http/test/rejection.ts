/** The error something fails with: what most tests of failures are about. */

/** Waits for a failure and gives it; a success is a failure of the test. */
export async function rejectionOf<E extends Error = Error & { code?: string }>(
  pending: PromiseLike<unknown>,
): Promise<E> {
  let value: unknown;
  try {
    value = await pending;
  } catch (error) {
    return error as E;
  }
  throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
}

/** What a function throws; returning is a failure of the test. */
export function thrownBy<E extends Error = Error & { code?: string }>(call: () => unknown): E {
  try {
    call();
  } catch (error) {
    return error as E;
  }
  throw new Error('expected a throw');
}
