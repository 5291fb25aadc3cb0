/**
 * How a request is authorized: the value of Authorization for each hop, and what to do about an answer of 401. The value comes
 * from a credential, which may be the user's code.
 */
import type { Coroutine } from '@oxbow/loop';
import { type CredentialRequest, checkedAuthorization, isConstant } from '../guard/credentials.ts';
import { rawValues } from '../header-fields.ts';
import { callUser } from '../user-call.ts';
import { canResend, credentialOf, type Hop } from './hop.ts';
import type { Sending } from './sending.ts';

/** How often a request goes out again for an answer of 401: for what it was not shown, and for what had become stale. */
const MAX_CHALLENGES = 2;

/** Whose waits these are: it has the deadline. */
export interface DeadlineHolder {
  /** Waits for a promise of somebody's, no longer than the deadline. */
  within<T>(promise: PromiseLike<T>): Coroutine<T>;
}

function requestOf({ method, target }: Hop): CredentialRequest {
  return { method, origin: target.origin, path: target.path };
}

/** Of one request, over all its hops. */
export class Authorization {
  /** For the present hop. */
  value: string | undefined = undefined;
  #challenges = 0;

  /** Sets the value for this hop; gives a promise of it instead where the caller's code has to be asked: see {@link take}. */
  ask(hop: Hop): PromiseLike<unknown> | undefined {
    const credential = credentialOf(hop);
    if (credential === undefined || isConstant(credential)) {
      this.value = credential?.authorization(requestOf(hop)) as string | undefined;
      return undefined;
    }
    // As a task: it is the caller's code, and may wait on the loop.
    return callUser(() => credential.authorization(requestOf(hop)), 'a credential');
  }

  /** Takes what a credential gave. @throws {InvalidRequestError} for what a header cannot carry. */
  take(given: unknown): void {
    this.value = checkedAuthorization(given);
  }

  /** Whether a credential has an answer to a 401, so that the request is to be sent again. */
  *answers(hop: Hop, sending: Sending, holder: DeadlineHolder): Coroutine<boolean> {
    const credential = credentialOf(hop);
    if (credential?.onRefused === undefined || !canResend(hop)) return false;
    if (this.#challenges === MAX_CHALLENGES) return false;
    this.#challenges++;
    const challenges = [rawValues(sending.rawHeaders, 'www-authenticate') ?? []].flat();
    const refusal = { ...requestOf(hop), challenges, authorization: this.value };
    const asking = callUser(() => credential.onRefused?.(refusal) ?? false, 'a credential');
    return (yield* holder.within(asking)) === true;
  }
}
