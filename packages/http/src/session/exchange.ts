/**
 * One request from the call to the response: attempts one after the other, under one deadline, until an answer is taken.
 * What the next hop is and whether there is another try are decided elsewhere (hop.ts, resends.ts); each sending is an Attempt.
 */
import { CancelledError, type TimerHandle } from '@oxbow/loop';
import type { Linked, LinkedList } from '@oxbow/loop/structures';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import { HttpError, RedirectError, SessionClosedError } from '../errors.ts';
import { isRedirectStatus } from '../policy/redirect.ts';
import { redactUrl } from '../redaction.ts';
import type { Transport } from '../transport/transport.ts';
import type { Admission } from './admission.ts';
import { Attempt, type AttemptGround, type AttemptOwner } from './attempt.ts';
import type { AttemptReason, Attempt as LoggedAttempt } from './attempt-log.ts';
import type { ReadOwner } from './body-read.ts';
import { currentDeadlines, type Deadlines } from './deadlines.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { authorizationFor, fieldsToSend, type Hop, nextHop } from './hop.ts';
import { deadlinePassed } from './phase-timeout.ts';
import { type Resend, Resends } from './resends.ts';
import { rawValues } from './response-headers.ts';
import { type Abortable, unwatchSignal, watchSignal } from './signal-watch.ts';

/** What exchanges need of their session. */
export interface ExchangeGround {
  readonly admission: Admission;
  readonly transport: Transport;
  readonly jar: CookieJar | undefined;
  readonly isClosed: boolean;
  readonly open: LinkedList<Exchange>;
}

/** What an exchange ends in. */
export interface ExchangeResult {
  onDelivered(exchange: Exchange, attempt: Attempt): void;
  onFailed(error: Error): void;
  cancel(reason: unknown): boolean;
}

/** One request. */
export class Exchange implements AttemptOwner, ReadOwner, Abortable, AttemptGround, Linked<Exchange> {
  /** Of the loop it was made on, where it also goes on after every wait. */
  readonly deadlines: Deadlines = currentDeadlines();
  previousLinked: Exchange | undefined = undefined;
  nextLinked: Exchange | undefined = undefined;
  readonly #ground: ExchangeGround;
  readonly #request: ExchangeRequest;
  /** Let go of once it has its answer, so that a dropped response can be noticed. */
  #result: ExchangeResult | undefined;
  #hop: Hop;
  #startedMs = 0;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #current: Attempt | undefined;
  #past: Attempt[] | undefined;
  #timer: TimerHandle | undefined;
  #authorization: string | undefined;
  #redirects = 0;
  /** Made when there is something to decide: most requests are sent once. */
  #resends: Resends | undefined;
  #delivered = false;
  #over = false;

  constructor(ground: ExchangeGround, request: ExchangeRequest, result: ExchangeResult) {
    this.#ground = ground;
    this.#request = request;
    this.#result = result;
    this.#hop = request;
  }

  get admission(): Admission {
    return this.#ground.admission;
  }

  get transport(): Transport {
    return this.#ground.transport;
  }

  /** Where its cookies are kept, if it has any. */
  get #jar(): CookieJar | undefined {
    return this.#request.plan.cookies ? this.#ground.jar : undefined;
  }

  get redirects(): number {
    return this.#redirects;
  }

  get startedMs(): number {
    return this.#startedMs;
  }

  /** Sends the first attempt on the next turn of the loop. Called once. */
  start(): void {
    this.deadlines.loop.callSoon(() => this.#begin());
  }

  #begin(): void {
    if (this.#over) return;
    const { isClosed, open } = this.#ground;
    const { plan, signal } = this.#request;
    this.#startedMs = this.deadlines.loop.time();
    this.#deadlineMs = this.#startedMs + plan.timeouts.totalMs;
    if (isClosed) {
      this.#fail(new SessionClosedError());
      return;
    }
    open.push(this);
    if (signal !== undefined) {
      if (signal.aborted) {
        this.onAbort(signal.reason);
        return;
      }
      watchSignal(signal, this);
    }
    const opening = this.#jar?.open();
    if (opening === undefined) this.#readyBody();
    else this.#afterwards(opening, () => this.#readyBody());
  }

  #readyBody(): void {
    const ready = this.#request.upload?.ready?.();
    if (ready === undefined) this.#authorize('first');
    else this.#afterwards(ready, () => this.#authorize('first'));
  }

  onAbort(reason: unknown): void {
    // Through the future, which makes the CancelledError; with the answer given, only the body is left to stop.
    if (this.#result !== undefined) this.#result.cancel(reason);
    else this.stop(CancelledError.from(reason));
  }

  stop(reason: CancelledError): void {
    if (this.#over) return;
    this.#finish();
    this.#current?.incoming?.onFailed(reason);
    this.#current?.abandon();
    const result = this.#result;
    this.#result = undefined;
    result?.cancel(reason);
  }

  /** Ends with an error, whatever it was doing: the session is being closed. */
  abort(error: Error): void {
    if (this.#over) return;
    this.#current?.incoming?.onFailed(error);
    this.#current?.abandon();
    this.#fail(error);
  }

  describe(error: unknown): void {
    if (!(error instanceof HttpError)) return;
    error.url ??= redactUrl(this.#hop.target.href);
    error.method ??= this.#hop.method;
    if (error.attempts.length === 0) error.attempts = this.attempts();
  }

  /** Everything sent so far. */
  attempts(): readonly LoggedAttempt[] {
    const sent = [...(this.#past ?? []), ...(this.#current === undefined ? [] : [this.#current])];
    return sent.map((attempt) => attempt.log());
  }

  // Sending.

  #authorize(reason: AttemptReason): void {
    let authorization: string | PromiseLike<string> | undefined;
    try {
      authorization = authorizationFor(this.#hop);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (authorization !== undefined && typeof authorization !== 'string') {
      this.#afterwards(authorization, (text) => {
        this.#authorization = text;
        this.#attempt(reason);
      });
      return;
    }
    this.#authorization = authorization;
    this.#attempt(reason);
  }

  #attempt(reason: AttemptReason): void {
    const { plan, perOrigin } = this.#request;
    const { target, method } = this.#hop;
    const attempt = new Attempt(this, this, target, method, plan, this.#deadlineMs, reason, perOrigin);
    if (this.#current !== undefined) (this.#past ??= []).push(this.#current);
    this.#current = attempt;
    try {
      attempt.start();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  prepare(attempt: Attempt): void {
    const opened = this.#hop.upload?.open();
    if (opened !== undefined) attempt.body = opened.payload;
    attempt.headers = fieldsToSend(this.#hop, this.#jar, this.#authorization, opened);
  }

  // Answers.

  onResponse(attempt: Attempt): void {
    const jar = this.#jar;
    const setCookie = jar === undefined ? undefined : attempt.rawHeaders['set-cookie'];
    if (jar === undefined || setCookie === undefined) {
      this.#decide(attempt);
      return;
    }
    const lines = typeof setCookie === 'string' ? [setCookie] : setCookie;
    const accepting = jar.accept(this.#hop.target, lines);
    if (accepting === undefined) this.#decide(attempt);
    else this.#afterwards(accepting, () => this.#decide(attempt));
  }

  #decide(attempt: Attempt): void {
    const { plan } = this.#request;
    if (plan.redirect !== 'manual' && isRedirectStatus(attempt.status)) {
      const location = rawValues(attempt.rawHeaders, 'location');
      // Without a place to go it is an answer like any other, unless redirects are errors.
      if (location !== undefined || plan.redirect === 'error') {
        this.#redirect(attempt, location ?? []);
        return;
      }
    }
    if (attempt.status >= 400) {
      const again = this.#furtherSends.afterAnswer(this.#hop, attempt);
      if (again !== undefined && this.#sendAgain(again)) {
        attempt.incoming?.discard();
        return;
      }
    }
    this.#deliver(attempt);
  }

  #redirect(attempt: Attempt, location: string | readonly string[]): void {
    attempt.incoming?.discard();
    const met = { status: attempt.status, location };
    const hop = nextHop(this.#hop, met, this.#request.plan.redirect, this.#redirects);
    if (hop instanceof RedirectError) {
      this.#fail(hop);
      return;
    }
    this.#redirects++;
    this.#hop = hop;
    this.#soon(() => this.#authorize('redirect'));
  }

  #deliver(attempt: Attempt): void {
    this.#delivered = true;
    const result = this.#result;
    this.#result = undefined;
    result?.onDelivered(this, attempt);
    if (attempt.endedMs !== undefined) this.#finish();
  }

  onAttemptOver(attempt: Attempt): void {
    if (this.#delivered && attempt === this.#current) this.#finish();
  }

  // Failures.

  onAttemptFailed(attempt: Attempt, error: Error): void {
    const again = this.#furtherSends.afterFailure(this.#hop, attempt, error);
    if (again === undefined || !this.#sendAgain(again)) this.#fail(error);
  }

  get #furtherSends(): Resends {
    this.#resends ??= new Resends(this.#request.plan.retry);
    return this.#resends;
  }

  /** Goes on, on a turn of the loop, if the request is still wanted then. A loop that has ended wants nothing. */
  #soon(next: () => void): void {
    const { loop } = this.deadlines;
    if (loop.closed) {
      this.stop(new CancelledError('its event loop has ended'));
      return;
    }
    loop.callSoon(() => {
      if (!this.#over) next();
    });
  }

  /** Plans to send again, unless the deadline would pass before. */
  #sendAgain({ reason, delayMs }: Resend): boolean {
    if (reason === 'reconnect') {
      this.#soon(() => this.#authorize(reason));
      return true;
    }
    const { loop } = this.deadlines;
    if (loop.closed || loop.time() + delayMs >= this.#deadlineMs) return false;
    this.#timer = loop.callLater(delayMs, () => {
      this.#timer = undefined;
      this.#authorize(reason);
    });
    return true;
  }

  /** Goes on when a promise is done: back on the loop, since a promise's callbacks run on none. The deadline holds meanwhile. */
  #afterwards<T>(promise: PromiseLike<T>, next: (value: T) => void): void {
    const { totalMs } = this.#request.plan.timeouts;
    const timer =
      this.#deadlineMs === Number.POSITIVE_INFINITY
        ? undefined
        : this.deadlines.loop.callAt(this.#deadlineMs, () => this.abort(deadlinePassed(totalMs, 'prepare')));
    const settled = (go: () => void): void => {
      timer?.cancel();
      this.#soon(go);
    };
    promise.then(
      (value) => settled(() => next(value)),
      (error: unknown) => settled(() => this.abort(error as Error)),
    );
  }

  #fail(error: Error): void {
    this.describe(error);
    this.#finish();
    const result = this.#result;
    this.#result = undefined;
    result?.onFailed(error);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#ground.open.remove(this);
    this.#request.upload?.close();
    const { signal } = this.#request;
    if (signal !== undefined) unwatchSignal(signal, this);
  }
}
