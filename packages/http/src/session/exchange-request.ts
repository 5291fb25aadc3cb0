/**
 * A request as the caller meant it, checked and complete: what a session hands to an exchange.
 */
import type { Upload } from '../body/upload.ts';
import type { Credential } from '../guard/credentials.ts';
import type { HeaderFields } from './request-headers.ts';
import type { RequestPlan } from './request-options.ts';
import type { Target } from './target.ts';

/** A request as the caller meant it. */
export interface ExchangeRequest {
  readonly target: Target;
  readonly method: string;
  readonly fields: HeaderFields;
  readonly upload: Upload | undefined;
  readonly plan: RequestPlan;
  /** Credentials that name no origins count for `homeOrigin`. */
  readonly credentials: readonly Credential[];
  readonly homeOrigin: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Of its origin no more than this may be in flight when it is sent; the session's own limit holds beside it. */
  readonly perOrigin: number;
}
