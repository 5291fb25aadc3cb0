/**
 * The test that runs in the current async context, and how its handler is held to a deadline.
 * Knows nothing about suites or the ledger.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

// Tests may replace the global timers; the deadline must not notice.
const { setTimeout, clearTimeout } = globalThis;

const running = new AsyncLocalStorage<AbortSignal>();

/**
 * The AbortSignal of the running test: aborted when the test runs into its timeout, so that what it
 * started can be given up.
 *
 * @throws Error outside a test or hook
 */
export function signal(): AbortSignal {
  const current = running.getStore();
  if (current === undefined)
    throw new Error('signal() belongs inside a test or a hook: none is running here.');
  return current;
}

/**
 * Calls a test handler and waits for what it returns, at most `timeoutMs` milliseconds. A handler that is
 * late goes on running, unobserved, with its `signal()` aborted.
 *
 * @throws Error with a message for the reader in every case: what is thrown as a non-Error comes as `cause`
 */
export async function holdToDeadline(handler: () => unknown, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(
        `timed out after ${timeoutMs} ms: await something that settles, or give the suite a longer { timeoutMs }`,
      );
      late.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    await Promise.race([running.run(late.signal, () => settle(handler)), deadline]);
  } catch (error) {
    throw asError(error);
  } finally {
    clearTimeout(timer);
  }
}

async function settle(handler: () => unknown): Promise<void> {
  const returned = handler();
  if (isGenerator(returned)) {
    throw new Error(
      'returned a generator, and nobody runs it: give it to run(), or write an async function instead',
    );
  }
  await returned;
}

function isGenerator(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'then' in value) return false;
  return 'next' in value && 'throw' in value && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  // An Error of another realm (vm, worker) is good enough for a report.
  if (Object.prototype.toString.call(thrown) === '[object Error]') return thrown as Error;
  return new Error(
    `non-Error thrown: ${describe(thrown)} (throw an Error, so that there is a stack to read)`,
    {
      cause: thrown,
    },
  );
}

function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'object' ? (JSON.stringify(thrown) ?? String(thrown)) : String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
