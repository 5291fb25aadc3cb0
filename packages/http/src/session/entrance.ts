/**
 * Where a request waits before it goes to an origin that is to be spared. The circuit breaker lets it through or not, and its turn of
 * the rate is waited for. The breaker is told the outcome once, whatever ends the request.
 */
import { type Coroutine, sleep } from '@oxbow/loop';
import type { Breaker, Outcome, Passage } from '../resilience/breaker.ts';
import { breakerOpen, type Safeguards } from '../resilience/safeguards.ts';
import { callUser } from '../user-call.ts';
import type { DeadlineHolder } from './authorization.ts';
import type { Deadlines } from './deadlines.ts';
import { phaseTimeout } from './phase-timeout.ts';
import type { RequestPlan } from './request-options.ts';

/** Admits one request to its origin, once for each of its attempts. */
export class Entrance {
  readonly #safeguards: Safeguards;
  readonly #deadlines: Deadlines;
  #breaker: Breaker | undefined;
  #passage: Passage | undefined;

  constructor(safeguards: Safeguards, deadlines: Deadlines) {
    this.#safeguards = safeguards;
    this.#deadlines = deadlines;
  }

  /** Goes through the breaker; gives what waits for its turn, where there is a rate. @throws {BreakerOpenError} */
  enter(origin: string, plan: RequestPlan, holder: DeadlineHolder): Coroutine<void> | undefined {
    const { breaker } = this.#safeguards.of(origin);
    if (breaker !== undefined) {
      const nowMs = this.#deadlines.loop.time();
      this.#passage = breaker.enter(nowMs);
      if (this.#passage === undefined) throw breakerOpen(origin, breaker, nowMs);
      this.#breaker = breaker;
    }
    return this.#safeguards.rate === undefined ? undefined : this.#turn(origin, plan, holder);
  }

  /** @throws {QueueFullError} {QueueTimeoutError} */
  *#turn(origin: string, plan: RequestPlan, holder: DeadlineHolder): Coroutine<void> {
    const safeguards = this.#safeguards;
    const { rate, store } = safeguards;
    if (rate === undefined) return;
    safeguards.beginWait();
    try {
      const waitMs: unknown = yield* holder.within(
        callUser(() => store.take(origin, rate), 'a rate limit store'),
      );
      if (typeof waitMs !== 'number' || !(waitMs > 0)) return;
      // Known to be too long: nothing is gained by waiting for that.
      if (waitMs > plan.timeouts.queueMs) throw phaseTimeout('queue', plan.timeouts, origin);
      yield* holder.within(sleep(waitMs));
    } finally {
      safeguards.endWait();
    }
  }

  /** Once for each time it was entered; later calls are none. */
  leave(outcome: Outcome): void {
    const passage = this.#passage;
    this.#passage = undefined;
    if (passage !== undefined) this.#breaker?.settle(passage, outcome, this.#deadlines.loop.time());
  }
}
