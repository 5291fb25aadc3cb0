/** Teardowns that take time: a producer may return a promise from its teardown, and a disposer waits for it. */
import type { TeardownLogic } from 'rxjs';
import type { Gate } from './gate.ts';

/** Lets a disposer wait for a teardown that returns a promise. */
export function trackTeardown(teardown: unknown, gate: Gate | null): TeardownLogic {
  if (gate === null || typeof teardown !== 'function') return teardown as TeardownLogic;
  return () => {
    const pending = (teardown as () => unknown)();
    if (typeof (pending as PromiseLike<unknown> | undefined)?.then === 'function') {
      gate.addTeardown(pending as PromiseLike<unknown>);
    }
  };
}
