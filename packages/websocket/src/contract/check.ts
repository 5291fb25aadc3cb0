/**
 * What a contract is made of: named checks that throw when something is not as promised. No test library is needed; any
 * can run them.
 */

/** One promise of an interface, as something to run. */
export interface Check {
  /** The promise, as a sentence. */
  readonly title: string;
  /** Resolves when it is kept; rejects with what was found. */
  run(): Promise<void>;
}

/** How long a check waits for something that has to come, in ms. */
export const CHECK_TIMEOUT_MS = 10_000;

const POLL_MS = 2;

/** Raised by a check whose promise is not kept. */
export class ContractBrokenError extends Error {
  override readonly name = 'ContractBrokenError';
  readonly code = 'ERR_OXBOW_WS_CONTRACT_BROKEN';
}

/** @throws ContractBrokenError unless both are the same as JSON, bytes included */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [written(actual), written(expected)];
  if (got !== wanted) throw new ContractBrokenError(`${what}: expected ${wanted}, got ${got}`);
}

/** Waits until something holds. @throws ContractBrokenError when it does not in time */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const giveUpAtMs = performance.now() + CHECK_TIMEOUT_MS;
  while (!holds()) {
    if (performance.now() > giveUpAtMs)
      throw new ContractBrokenError(`${what}: not within ${CHECK_TIMEOUT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @throws ContractBrokenError unless the promise rejects with that code */
export async function expectCode(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  const outcome = await promise.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
  expectEqual(outcome, code, what);
}

function written(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? { bytes: [...part] } : part === undefined ? '(undefined)' : part,
  );
}
