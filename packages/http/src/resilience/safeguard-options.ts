/**
 * The options of the safeguards: what each may be, its default, and the error for what cannot be right. Knows nothing of requests.
 */
import { durationFault } from '@oxbow/loop/lowlevel';
import { InvalidRequestError } from '../errors.ts';
import { BREAKER_DEFAULTS, type BreakerOptions } from './breaker.ts';
import type { BudgetOptions } from './budget.ts';
import { HEDGE_DEFAULTS, type HedgeOptions } from './hedge.ts';
import type { Rate, RateLimitStore } from './rate-limit.ts';

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** How many retries all requests to an origin have together. */
export interface RetryBudgetOptions {
  /** Retries for each request of the window, from 0 on. Default 0.1: an origin that is down sees a tenth more than its usual load. */
  readonly ratio?: number | undefined;
  /** Retries that are always allowed within the window. Default 10. */
  readonly minRetries?: number | undefined;
  /** The while that counts, in milliseconds. Default 10,000. */
  readonly windowMs?: number | undefined;
}

/** How many requests a second go to an origin. */
export interface RateOptions {
  /** Requests a second, above 0; may be a fraction. */
  readonly perSecond: number;
  /** So many may go at once after a pause. Default 1: evenly spaced. */
  readonly burst?: number | undefined;
  /** Where the turns come from; one that processes share keeps the rate for all of them. Default: a store of the session's own. */
  readonly store?: RateLimitStore | undefined;
}

/** The safeguards among the options of a session. */
export interface SafeguardOptions {
  /** Retries that all requests to an origin share; `false` for no such bound. */
  readonly retryBudget?: RetryBudgetOptions | false | undefined;
  /** Opens the circuit to an origin that fails: requests fail at once with BreakerOpenError. Default none. */
  readonly breaker?: boolean | Optional<BreakerOptions> | undefined;
  /** Requests a second to an origin; those beyond it wait, as `timeouts.queueMs` and `limits.maxQueued` allow. Default none. */
  readonly rate?: RateOptions | undefined;
  /** Sends a safe request without a body once more when its answer is late, and takes the first answer. Default none. */
  readonly hedge?: boolean | Optional<HedgeOptions> | undefined;
}

/** The defaults of {@link RetryBudgetOptions}. */
export const RETRY_BUDGET_DEFAULTS: BudgetOptions = Object.freeze({ ratio: 0.1, free: 10, windowMs: 10_000 });

function invalid(message: string): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
}

function number(value: unknown, name: string, least: number, most = Number.POSITIVE_INFINITY): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
  return invalid(`${name} must be a number ${range}, got ${String(value)}`);
}

function whole(value: number, name: string): number {
  if (Number.isInteger(value) && value > 0) return value;
  return invalid(`${name} must be a whole number above 0, got ${String(value)}`);
}

function duration(value: number, name: string): number {
  const fault = durationFault(value);
  return fault === undefined && value !== Number.POSITIVE_INFINITY
    ? value
    : invalid(`${name} ${fault ?? 'must be finite'}`);
}

/** The own options of a safeguard over its defaults. */
function over<T extends object>(given: unknown, defaults: T, name: string): T {
  const known = Object.keys(defaults);
  if (typeof given !== 'object' || given === null)
    return invalid(`${name} must be an object, got ${String(given)}`);
  const merged = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key)) invalid(`${name} has no option ${key}; it has ${known.join(', ')}`);
    if (value !== undefined) merged[key] = value;
  }
  return merged as T;
}

/** @throws {InvalidRequestError} */
export function budgetOf(given: SafeguardOptions['retryBudget']): BudgetOptions | undefined {
  if (given === false) return undefined;
  if (given === undefined) return RETRY_BUDGET_DEFAULTS;
  const { ratio, free, windowMs } = RETRY_BUDGET_DEFAULTS;
  const own = over(given, { ratio, minRetries: free, windowMs }, 'retryBudget');
  return {
    ratio: number(own.ratio, 'retryBudget.ratio', 0),
    free: number(own.minRetries, 'retryBudget.minRetries', 0),
    windowMs: duration(own.windowMs, 'retryBudget.windowMs'),
  };
}

/** @throws {InvalidRequestError} */
export function breakerOf(given: SafeguardOptions['breaker']): BreakerOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return BREAKER_DEFAULTS;
  const own = over(given, BREAKER_DEFAULTS, 'breaker');
  if (own.failureRatio === 0) invalid('breaker.failureRatio must be above 0: with 0 it would always be open');
  return {
    failureRatio: number(own.failureRatio, 'breaker.failureRatio', 0, 1),
    minRequests: whole(own.minRequests, 'breaker.minRequests'),
    windowMs: duration(own.windowMs, 'breaker.windowMs'),
    openMs: duration(own.openMs, 'breaker.openMs'),
    probes: whole(own.probes, 'breaker.probes'),
  };
}

/** @throws {InvalidRequestError} */
export function hedgeOf(given: SafeguardOptions['hedge']): HedgeOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return HEDGE_DEFAULTS;
  const own = over(given, HEDGE_DEFAULTS, 'hedge');
  return {
    afterMs: own.afterMs === undefined ? undefined : duration(own.afterMs, 'hedge.afterMs'),
    quantile: number(own.quantile, 'hedge.quantile', 0, 1),
    maxExtra: number(own.maxExtra, 'hedge.maxExtra', 0, 1),
  };
}

/** @throws {InvalidRequestError} */
export function rateOf(given: RateOptions | undefined): Rate | undefined {
  if (given === undefined) return undefined;
  const own = over(given, { perSecond: 0, burst: 1, store: undefined as unknown }, 'rate');
  const { perSecond, burst } = own;
  if (!(perSecond > 0) || perSecond === Number.POSITIVE_INFINITY)
    invalid(`rate.perSecond must be a number above 0, got ${String(perSecond)}`);
  const { store } = own as { store: Partial<RateLimitStore> | undefined };
  if (store !== undefined && typeof store?.take !== 'function')
    invalid('rate.store must have take(key, rate)');
  return { perSecond, burst: whole(burst, 'rate.burst') };
}
