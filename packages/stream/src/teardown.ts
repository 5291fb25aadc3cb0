/**
 * Teardowns that take time or come late: a producer may return a promise from its teardown, and a disposer waits for it. It
 * may end before it has returned one at all.
 */
import { type TeardownLogic, UnsubscriptionError } from 'rxjs';
import type { Gate } from './gate.ts';
import { reportUnhandled } from './unhandled.ts';

/** Lets a disposer wait for a teardown that returns a promise. Where there is none, a failure is reported. */
export function trackTeardown(teardown: unknown, gate: Gate | null): TeardownLogic {
  if (typeof teardown !== 'function') return teardown as TeardownLogic;
  return () => {
    const pending = (teardown as () => unknown)();
    if (typeof (pending as PromiseLike<unknown> | undefined)?.then !== 'function') return;
    if (gate === null) (pending as PromiseLike<unknown>).then(undefined, reportUnhandled);
    else gate.addTeardown(pending as PromiseLike<unknown>);
  };
}

/**
 * Runs the teardown of a producer that ended before it returned. Operators between have forgotten their consumer by then,
 * so a failure goes to the terminal by way of the gate.
 */
export function tearDownLate(teardown: TeardownLogic, gate: Gate): void {
  try {
    if (typeof teardown === 'function') teardown();
    else if (teardown) teardown.unsubscribe();
  } catch (error) {
    if (!gate.teardownFailed(onlyError(error))) reportUnhandled(onlyError(error));
  }
}

/** The one error in a collection of one; RxJS gathers what finalizers throw. */
export function onlyError(error: unknown): unknown {
  return error instanceof UnsubscriptionError && error.errors.length === 1 ? error.errors[0] : error;
}
