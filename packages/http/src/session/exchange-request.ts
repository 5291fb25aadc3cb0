/**
 * A request as the caller meant it, checked and complete: what a session hands to an exchange.
 */
import type { Hop } from './hop.ts';
import type { RequestPlan } from './request-options.ts';

/** A request as the caller meant it; it is its own first hop. */
export interface ExchangeRequest extends Hop {
  readonly plan: RequestPlan;
  readonly signal: AbortSignal | undefined;
  /** Of its origin no more than this may be in flight when it is sent; the session's own limit holds beside it. */
  readonly perOrigin: number;
}
