/**
 * The test that runs in the current async context, and how its handler is held to a deadline.
 * Knows nothing about suites or the ledger.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { openHandles } from './open-handles.ts';

// Tests may replace the global timers and the clock; the deadline must not notice.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

interface Running {
  readonly signal: AbortSignal;
  /** What the test waits for with `until`, in its words. */
  readonly waits: Set<string>;
}

const running = new AsyncLocalStorage<Running>();

/** A test or hook that took longer than it may. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
}

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
  return current.signal;
}

/** The running test's signal, or undefined outside a test. */
export function signalIfRunning(): AbortSignal | undefined {
  return running.getStore()?.signal;
}

/**
 * Says what the running test waits for, should its deadline come meanwhile.
 *
 * @returns takes it back
 */
export function waitingFor(what: string): () => void {
  const waits = running.getStore()?.waits;
  waits?.add(what);
  return () => void waits?.delete(what);
}

/**
 * Calls a test handler and waits for what it returns, at most `timeoutMs` milliseconds. A handler that is
 * late goes on running, unobserved, with its `signal()` aborted. One that gives the loop no turn cannot be
 * interrupted; it fails once it has ended.
 *
 * @throws Error with a message for the reader in every case: what is thrown as a non-Error comes as `cause`
 */
export async function holdToDeadline(handler: () => unknown, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  const waits = new Set<string>();
  const startedAt = now();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineError(`timed out after ${timeoutMs} ms ${waitingWords(waits)}`);
      late.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    await Promise.race([running.run({ signal: late.signal, waits }, () => settle(handler)), deadline]);
    const tookMs = now() - startedAt;
    if (tookMs > timeoutMs) {
      throw new DeadlineError(
        `took ${Math.round(tookMs)} ms without giving the loop a turn, and may take ${timeoutMs} ms: do less`,
      );
    }
  } catch (error) {
    throw asError(error);
  } finally {
    clearTimeout(timer);
  }
}

function waitingWords(waits: ReadonlySet<string>): string {
  const open = openHandles().join(', ') || 'nothing';
  if (waits.size > 0) return `waiting for ${[...waits].join(' and for ')} (open: ${open})`;
  return `waiting for something that never settled (open: ${open}): await what does, by until('…', …) to have it named here`;
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
