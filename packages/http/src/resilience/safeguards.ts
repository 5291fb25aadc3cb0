/**
 * What a session keeps of each origin to spare it. That is the budget of retries, the circuit breaker, the turns of a rate, the budget
 * and the timing of hedges. When each is asked is the exchange's business.
 */
import {
  BreakerOpenError,
  ConnectError,
  PhaseTimeoutError,
  ProtocolError,
  QueueFullError,
  QueueTimeoutError,
  ReadError,
  UPLOAD_FAILED,
  WriteError,
} from '../errors.ts';
import { Breaker, type BreakerOptions, type Outcome } from './breaker.ts';
import { Budget, type BudgetOptions } from './budget.ts';
import { HEDGE_WINDOW_MS, type HedgeOptions, Latencies } from './hedge.ts';
import { MemoryRateLimitStore, type Rate, type RateLimitStore } from './rate-limit.ts';
import { breakerOf, budgetOf, hedgeOf, rateOf, type SafeguardOptions } from './safeguard-options.ts';

/** Origins remembered; the one used least lately is forgotten. */
export const MAX_GUARDED_ORIGINS = 1_000;

/** What is kept of one origin. */
export interface OriginSafeguards {
  readonly origin: string;
  readonly retries: Budget | undefined;
  readonly breaker: Breaker | undefined;
  readonly hedges: Budget | undefined;
  readonly latencies: Latencies | undefined;
}

/** A session's safeguards. */
export class Safeguards {
  readonly hedge: HedgeOptions | undefined;
  readonly rate: Rate | undefined;
  readonly store: RateLimitStore;
  /** Requests that may wait for their turn of a rate. */
  readonly maxWaiting: number;
  readonly #budget: BudgetOptions | undefined;
  readonly #breaker: BreakerOptions | undefined;
  /** In order of use. */
  readonly #origins = new Map<string, OriginSafeguards>();
  #last: OriginSafeguards | undefined;
  #waiting = 0;

  /** @throws {InvalidRequestError} for a value that cannot be right. */
  constructor(options: SafeguardOptions, maxWaiting: number) {
    this.maxWaiting = maxWaiting;
    this.#budget = budgetOf(options.retryBudget);
    this.#breaker = breakerOf(options.breaker);
    this.hedge = hedgeOf(options.hedge);
    this.rate = rateOf(options.rate);
    this.store = options.rate?.store ?? new MemoryRateLimitStore();
  }

  /** Requests waiting for their turn of a rate. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether a request has to ask before it is sent: there is a breaker or a rate. */
  get asksBefore(): boolean {
    return this.#breaker !== undefined || this.rate !== undefined;
  }

  of(origin: string): OriginSafeguards {
    if (this.#last?.origin === origin) return this.#last;
    let found = this.#origins.get(origin);
    if (found === undefined) {
      found = this.#make(origin);
      if (this.#origins.size >= MAX_GUARDED_ORIGINS) {
        const eldest = this.#origins.keys().next();
        if (!eldest.done) this.#origins.delete(eldest.value);
      }
    } else {
      this.#origins.delete(origin);
    }
    this.#origins.set(origin, found);
    this.#last = found;
    return found;
  }

  /** What is known of an origin, without remembering it for that. */
  peek(origin: string): OriginSafeguards | undefined {
    return this.#origins.get(origin);
  }

  /** Begins to wait for a turn. @throws {QueueFullError} */
  beginWait(): void {
    if (this.#waiting >= this.maxWaiting) throw new QueueFullError(this.maxWaiting);
    this.#waiting++;
  }

  endWait(): void {
    this.#waiting--;
  }

  #make(origin: string): OriginSafeguards {
    const { hedge } = this;
    return {
      origin,
      retries: this.#budget === undefined ? undefined : new Budget(this.#budget),
      breaker: this.#breaker === undefined ? undefined : new Breaker(this.#breaker),
      hedges:
        hedge === undefined
          ? undefined
          : new Budget({ ratio: hedge.maxExtra, free: 0, windowMs: HEDGE_WINDOW_MS }),
      latencies: hedge === undefined ? undefined : new Latencies(hedge.quantile),
    };
  }
}

/** The error for a request that an open circuit stops. */
export function breakerOpen(origin: string, breaker: Breaker, nowMs: number): BreakerOpenError {
  return new BreakerOpenError(origin, breaker.waitMs(nowMs));
}

/** Statuses by which a server says that it cannot, rather than that the request is wrong. */
const FAILING: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** What an answer, or the lack of one, tells of an origin. */
export function outcomeOf(status: number, error: Error | undefined): Outcome {
  if (error === undefined) return FAILING.has(status) ? 'failure' : 'success';
  if (error instanceof PhaseTimeoutError) return error instanceof QueueTimeoutError ? undefined : 'failure';
  if (error instanceof WriteError && error.code === UPLOAD_FAILED) return undefined;
  const isOrigins = [ConnectError, ReadError, WriteError, ProtocolError].some(
    (kind) => error instanceof kind,
  );
  return isOrigins ? 'failure' : undefined;
}
