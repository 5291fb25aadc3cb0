/**
 * One request from the call to the response: attempts one after the other, under one deadline, until an answer is taken.
 * Decides by the policies (redirect, retry, cookies, credentials) what to send next; each sending is an Attempt.
 */
import { CancelledError, type TimerHandle } from '@oxbow/loop';
import type { Upload } from '../body/upload.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import { HttpError, RedirectError, SessionClosedError } from '../errors.ts';
import { credentialFor } from '../guard/credentials.ts';
import { headersAfterHop, isRedirectStatus } from '../policy/redirect.ts';
import { isStaleConnection, retryErrorDelayMs, retryResponseDelayMs } from '../policy/retry.ts';
import { redactUrl } from '../redaction.ts';
import type { Transport } from '../transport/transport.ts';
import type { Admission } from './admission.ts';
import { Attempt, type AttemptGround, type AttemptOwner } from './attempt.ts';
import type { AttemptReason, Attempt as LoggedAttempt } from './attempt-log.ts';
import type { ReadOwner } from './body-read.ts';
import { currentDeadlines, type Deadlines } from './deadlines.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { nextHop } from './next-hop.ts';
import { deadlinePassed } from './phase-timeout.ts';
import { completeFields, type HeaderFields } from './request-headers.ts';
import { rawField } from './response-headers.ts';
import { type Abortable, unwatchSignal, watchSignal } from './signal-watch.ts';
import type { Target, TargetCache } from './target.ts';

/** What exchanges need of their session. */
export interface ExchangeGround {
  readonly admission: Admission;
  readonly transport: Transport;
  readonly jar: CookieJar | undefined;
  readonly targets: TargetCache;
  readonly isClosed: boolean;
  /** Everything begun and not over. */
  readonly open: Set<Exchange>;
}

/** What an exchange ends in. */
export interface ExchangeResult {
  onDelivered(exchange: Exchange, attempt: Attempt): void;
  onFailed(error: Error): void;
  cancel(reason: unknown): boolean;
}

/** One request. */
export class Exchange implements AttemptOwner, ReadOwner, Abortable, AttemptGround {
  readonly #ground: ExchangeGround;
  readonly #request: ExchangeRequest;
  /** Let go of once it has its answer, so that a dropped response can be noticed. */
  #result: ExchangeResult | undefined;
  #deadlines: Deadlines | undefined;
  #target: Target;
  #method: string;
  #fields: HeaderFields;
  #upload: Upload | undefined;
  #startedMs = 0;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #current: Attempt | undefined;
  #past: Attempt[] | undefined;
  #timer: TimerHandle | undefined;
  #authorization: string | undefined;
  #redirects = 0;
  #retries = 0;
  #crossedOrigin = false;
  #reconnected = false;
  #delivered = false;
  #over = false;

  constructor(ground: ExchangeGround, request: ExchangeRequest, result: ExchangeResult) {
    this.#ground = ground;
    this.#request = request;
    this.#result = result;
    this.#target = request.target;
    this.#method = request.method;
    this.#fields = request.fields;
    this.#upload = request.upload;
  }

  get admission(): Admission {
    return this.#ground.admission;
  }

  get transport(): Transport {
    return this.#ground.transport;
  }

  get deadlines(): Deadlines {
    return this.#deadlines as Deadlines;
  }

  get method(): string {
    return this.#method;
  }

  get redirects(): number {
    return this.#redirects;
  }

  get startedMs(): number {
    return this.#startedMs;
  }

  /** Sends the first attempt. Called once, on a turn of the loop. */
  begin(): void {
    if (this.#over) return;
    const { isClosed, jar, open } = this.#ground;
    const { plan, signal } = this.#request;
    this.#deadlines = currentDeadlines();
    this.#startedMs = this.#deadlines.loop.time();
    this.#deadlineMs = this.#startedMs + plan.timeouts.totalMs;
    if (isClosed) {
      this.#fail(new SessionClosedError());
      return;
    }
    open.add(this);
    if (signal !== undefined) {
      if (signal.aborted) {
        this.onAbort(signal.reason);
        return;
      }
      watchSignal(signal, this);
    }
    const opening = plan.cookies ? jar?.open() : undefined;
    if (opening === undefined) this.#authorize('first');
    else this.#afterwards(opening, () => this.#authorize('first'));
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
    error.url ??= redactUrl(this.#target.href);
    error.method ??= this.#method;
    if (error.attempts.length === 0) error.attempts = this.attempts();
  }

  /** Everything sent so far. */
  attempts(): readonly LoggedAttempt[] {
    const sent = [...(this.#past ?? []), ...(this.#current === undefined ? [] : [this.#current])];
    return sent.map((attempt) => attempt.log());
  }

  // Sending.

  #authorize(reason: AttemptReason): void {
    const { credentials, homeOrigin } = this.#request;
    this.#authorization = undefined;
    if (credentials.length > 0) {
      const home = this.#crossedOrigin ? undefined : homeOrigin;
      const credential = credentialFor(credentials, this.#target.origin, home);
      let value: string | PromiseLike<string> | undefined;
      try {
        value = credential?.authorization();
      } catch (error) {
        this.#fail(error as Error);
        return;
      }
      if (value !== undefined && typeof value !== 'string') {
        this.#afterwards(value, (text) => {
          this.#authorization = text;
          this.#attempt(reason);
        });
        return;
      }
      this.#authorization = value;
    }
    this.#attempt(reason);
  }

  #attempt(reason: AttemptReason): void {
    const { plan, perOrigin } = this.#request;
    const attempt = new Attempt(
      this,
      this,
      this.#target,
      this.#method,
      plan,
      this.#deadlineMs,
      reason,
      perOrigin,
    );
    if (this.#current !== undefined) (this.#past ??= []).push(this.#current);
    this.#current = attempt;
    try {
      attempt.start();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  prepare(attempt: Attempt): void {
    const { plan } = this.#request;
    const jar = plan.cookies ? this.#ground.jar : undefined;
    const cookie = jar === undefined ? '' : jar.cookieFor(this.#target);
    const opened = this.#upload?.open();
    if (opened !== undefined) attempt.body = opened.payload;
    attempt.headers =
      cookie === '' && opened === undefined && this.#authorization === undefined
        ? this.#fields
        : completeFields(this.#fields, cookie, this.#authorization, opened);
  }

  // Answers.

  onResponse(attempt: Attempt): void {
    const { plan } = this.#request;
    const jar = plan.cookies ? this.#ground.jar : undefined;
    const setCookie = jar === undefined ? undefined : attempt.rawHeaders['set-cookie'];
    if (jar === undefined || setCookie === undefined) {
      this.#decide(attempt);
      return;
    }
    const lines = typeof setCookie === 'string' ? [setCookie] : setCookie;
    const accepting = jar.accept(this.#target, lines);
    if (accepting === undefined) this.#decide(attempt);
    else this.#afterwards(accepting, () => this.#decide(attempt));
  }

  #decide(attempt: Attempt): void {
    const { plan } = this.#request;
    if (plan.redirect !== 'manual' && isRedirectStatus(attempt.status)) {
      const location = rawField(attempt.rawHeaders, 'location');
      if (location !== undefined) {
        this.#redirect(attempt, location);
        return;
      }
    }
    if (attempt.status >= 400 && plan.retry !== undefined && (this.#upload?.isReplayable ?? true)) {
      const retryAfter = rawField(attempt.rawHeaders, 'retry-after');
      const answer = { method: this.#method, status: attempt.status, retryAfter };
      const delayMs = retryResponseDelayMs(plan.retry, this.#retries + 1, answer, Date.now());
      if (delayMs !== undefined && this.#retryIn(delayMs)) {
        attempt.incoming?.discard();
        return;
      }
    }
    this.#deliver(attempt);
  }

  #redirect(attempt: Attempt, location: string): void {
    attempt.incoming?.discard();
    const hop = nextHop(this.#request.plan.redirect, {
      status: attempt.status,
      method: this.#method,
      location,
      from: this.#target.href,
      followed: this.#redirects,
      canResend: this.#upload?.isReplayable ?? true,
    });
    if (hop instanceof RedirectError) {
      this.#fail(hop);
      return;
    }
    this.#redirects++;
    this.#fields = headersAfterHop(this.#fields, hop);
    this.#method = hop.method;
    if (!hop.keepsBody) this.#upload = undefined;
    if (hop.crossOrigin) this.#crossedOrigin = true;
    this.#target = this.#ground.targets.follow(hop.url);
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
    const { plan } = this.#request;
    if (this.#upload?.isReplayable === false && attempt.body !== null) {
      this.#fail(error);
      return;
    }
    if (!this.#reconnected && attempt.reusedConnection && isStaleConnection(this.#method, error)) {
      this.#reconnected = true;
      this.#soon(() => this.#authorize('reconnect'));
      return;
    }
    if (plan.retry !== undefined) {
      const delayMs = retryErrorDelayMs(plan.retry, this.#retries + 1, this.#method, error);
      if (delayMs !== undefined && this.#retryIn(delayMs)) return;
    }
    this.#fail(error);
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

  /** Plans a retry, unless the deadline would pass before. */
  #retryIn(delayMs: number): boolean {
    const { loop } = this.deadlines;
    if (loop.closed || loop.time() + delayMs >= this.#deadlineMs) return false;
    this.#retries++;
    this.#timer = loop.callLater(delayMs, () => {
      this.#timer = undefined;
      this.#authorize('retry');
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
    this.#ground.open.delete(this);
    const { signal } = this.#request;
    if (signal !== undefined) unwatchSignal(signal, this);
  }
}
