/**
 * The life of one request, from the call to the last byte of its answer, as one coroutine that reads from top to bottom.
 * Each attempt goes through the same steps: admission to its origin, credentials, sending, the head of the answer. Then
 * a redirect or challenge is followed, the request is tried again, or its answer is taken and the body delivered.
 *
 * It is stepped inside the events that move it on (`startDirectly`), so a request costs no turn of the loop for each of them. What
 * the next hop is and whether there is another try are decided elsewhere (hop.ts, resends.ts). Each attempt on the wire is a
 * Sending. Three things end it from outside: a cancel (`stop`), the session (`abort`), and the deadline.
 */
import { CancelledError, type Coroutine, checkpoint, Future, sleep, type Task, until } from '@oxbow/loop';
import { startDirectly } from '@oxbow/loop/lowlevel';
import type { Linked, LinkedList } from '@oxbow/loop/structures';
import type { Attempt, AttemptReason } from '../attempt.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import { epochMsOf } from '../epoch.ts';
import { HttpError, RedirectError, SessionClosedError } from '../errors.ts';
import { rawValues } from '../header-fields.ts';
import { isRedirectStatus } from '../policy/redirect.ts';
import { isUnprocessed } from '../policy/retry.ts';
import { redactUrl } from '../redaction.ts';
import { outcomeOf, type Safeguards } from '../resilience/safeguards.ts';
import type { Transport } from '../transport/transport.ts';
import type { Admission } from './admission.ts';
import { Authorization, type DeadlineHolder } from './authorization.ts';
import type { ReadOwner } from './body-read.ts';
import { currentDeadlines, type Deadlines } from './deadlines.ts';
import { endChannel, type RequestEnded, type RequestStarted, startChannel } from './diagnostics.ts';
import { Entrance } from './entrance.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { Hedging } from './hedging.ts';
import { fieldsToSend, type Hop, nextHop } from './hop.ts';
import { deadlinePassed } from './phase-timeout.ts';
import { type Resend, Resends } from './resends.ts';
import { Sending, type SendingOwner } from './sending.ts';
import { type Abortable, unwatchSignal, watchSignal } from './signal-watch.ts';
import type { SessionCounts } from './statistics.ts';

/** What exchanges need of their session. */
export interface ExchangeGround {
  readonly admission: Admission;
  readonly transport: Transport;
  readonly jar: CookieJar | undefined;
  readonly isClosed: boolean;
  readonly open: LinkedList<Exchange>;
  readonly safeguards: Safeguards;
  readonly counts: SessionCounts;
}

/** What an exchange ends in. */
export interface ExchangeResult {
  onDelivered(exchange: Exchange, sending: Sending): void;
  onFailed(error: Error): void;
  cancel(reason: unknown): boolean;
}

/** A sending more, and why. */
interface Again {
  readonly reason: 'redirect' | 'challenge' | Resend['reason'];
  readonly delayMs: number;
}

const FOLLOWED: Again = { reason: 'redirect', delayMs: 0 };
const CHALLENGED: Again = { reason: 'challenge', delayMs: 0 };

/** The life of one request. */
export class Exchange implements SendingOwner, ReadOwner, DeadlineHolder, Abortable, Linked<Exchange> {
  /** Of the loop it was made on, where it also goes on after every wait. */
  readonly deadlines: Deadlines = currentDeadlines();
  previousLinked: Exchange | undefined = undefined;
  nextLinked: Exchange | undefined = undefined;
  redirects = 0;
  startedMs = 0;
  readonly #ground: ExchangeGround;
  readonly #request: ExchangeRequest;
  /** Let go of once it has its answer, so that a dropped response can be noticed. */
  #result: ExchangeResult | undefined;
  #task: Task<void> | undefined;
  #hop: Hop;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #current: Sending | undefined;
  #past: Sending[] | undefined;
  /** Made when there is a credential, a breaker or a rate: most requests have none. */
  #authorization: Authorization | undefined;
  #entrance: Entrance | undefined;
  /** Made when there is something to decide: most requests are sent once. */
  #resends: Resends | undefined;
  /** What the life waits for of the sending: its head, then its end. */
  #event: Future<void> | undefined;
  #isOpen = false;
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

  /** Begins on the next turn of the loop. Called once. */
  start(): void {
    this.#task = startDirectly(this.#life(), { loop: this.deadlines.loop, name: 'an HTTP request' });
  }

  *#life(): Coroutine<void> {
    try {
      this.#open();
      if (this.#over) return;
      const opening = this.#jar?.open();
      if (opening !== undefined) yield* this.within(opening);
      const ready = this.#request.upload?.ready?.();
      if (ready !== undefined) yield* this.within(ready);
      for (let reason: AttemptReason | undefined = 'first'; reason !== undefined; ) {
        const entering = this.#entering(reason);
        if (entering !== undefined) yield* entering;
        if (this.#hop.credentials.length > 0) {
          this.#authorization ??= new Authorization();
          const asking = this.#authorization.ask(this.#hop);
          if (asking !== undefined) this.#authorization.take(yield* this.within(asking));
        }
        const first = this.#send(reason);
        const head = this.#headOf(first);
        if (this.#request.plan.hedge === undefined) yield* head;
        else yield* this.#hedged(first, head);
        const sending = this.#current as Sending;
        const error: Error | undefined = sending.incoming === undefined ? sending.error : undefined;
        this.#entrance?.leave(outcomeOf(sending.status, error));
        const accepting = error === undefined ? this.#acceptCookies(sending) : undefined;
        if (accepting !== undefined) yield* this.within(accepting);
        let again: Again | undefined;
        if (error === undefined && this.#isFollowed(sending)) again = FOLLOWED;
        else if (sending.status === 401 && (yield* this.#answersChallenge(sending))) again = CHALLENGED;
        else again = this.#again(sending, error);
        reason = again?.reason;
        if (again === undefined) {
          if (error !== undefined) throw error;
        } else if (again.reason === 'retry') yield* sleep(again.delayMs);
        // Its connection may be free by then.
        else yield* checkpoint();
      }
      const end = this.#deliver();
      if (end !== undefined) yield* end;
      this.#close(this.#current?.error);
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      // Unwound by the end of its loop: whatever else ends it has closed it already.
      if (!this.#over) this.stop(new CancelledError('its event loop has ended'));
    }
  }

  #open(): void {
    const { plan, signal } = this.#request;
    this.startedMs = this.deadlines.loop.time();
    this.#deadlineMs = this.startedMs + plan.timeouts.totalMs;
    if (this.#ground.isClosed) throw new SessionClosedError();
    this.#ground.open.push(this);
    this.#ground.counts.requests++;
    this.#isOpen = true;
    if (startChannel.hasSubscribers) startChannel.publish(this.#message());
    if (signal === undefined) return;
    if (signal.aborted) this.onAbort(signal.reason);
    else watchSignal(signal, this);
  }

  /** Counts the request for its origin; where that is to be spared, gives what waits until it may go there. */
  #entering(reason: AttemptReason): Coroutine<void> | undefined {
    const { safeguards } = this.#ground;
    const { origin } = this.#hop.target;
    if (reason === 'first' || reason === 'redirect') {
      safeguards.of(origin).retries?.onRequest(this.deadlines.loop.time());
    }
    if (!safeguards.asksBefore) return undefined;
    this.#entrance ??= new Entrance(safeguards, this.deadlines);
    return this.#entrance.enter(origin, this.#request.plan, this);
  }

  /** Whether a credential has an answer to a 401; then the request goes out again. */
  *#answersChallenge(sending: Sending): Coroutine<boolean> {
    if (this.#authorization === undefined) return false;
    if (!(yield* this.#authorization.answers(this.#hop, sending, this))) return false;
    sending.incoming?.discard();
    return true;
  }

  #send(reason: AttemptReason): Sending {
    const { plan, perOrigin } = this.#request;
    const { target, method } = this.#hop;
    const sending = new Sending(this, target, method, plan, this.#deadlineMs, reason, perOrigin);
    if (this.#current !== undefined) (this.#past ??= []).push(this.#current);
    this.#current = sending;
    return sending;
  }

  /** Begins the sending; settled when the head of its answer is there, or there will be none. */
  #headOf(sending: Sending): Future<void> {
    const head = new Future<void>();
    this.#event = head;
    sending.start();
    return head;
  }

  /** Waits for the head of the answer of this sending, or of one that stands in for it: then that is the current one. */
  *#hedged(first: Sending, head: Future<void>): Coroutine<void> {
    const hedging = new Hedging(
      this.#ground.safeguards.of(first.origin),
      this.#request.plan,
      this.#hop,
      this.deadlines,
    );
    const winner = yield* hedging.race(first, head, {
      next: () => (this.#event = new Future<void>()),
      send: () => this.#send('hedge'),
    });
    if (winner !== first) this.#ground.counts.hedges++;
    const other = this.#current as Sending;
    if (winner === other) return;
    this.#past = [...(this.#past ?? []).filter((one) => one !== winner), other];
    this.#current = winner;
  }

  #acceptCookies(sending: Sending): PromiseLike<void> | undefined {
    const jar = this.#jar;
    const setCookie = jar === undefined ? undefined : sending.rawHeaders['set-cookie'];
    if (jar === undefined || setCookie === undefined) return undefined;
    return jar.accept(this.#hop.target, typeof setCookie === 'string' ? [setCookie] : setCookie);
  }

  /** Whether the answer is a redirect that is to be followed; the hop is the next one then. */
  #isFollowed(sending: Sending): boolean {
    const { redirect } = this.#request.plan;
    if (redirect === 'manual' || !isRedirectStatus(sending.status)) return false;
    const location = rawValues(sending.rawHeaders, 'location');
    // Without a place to go it is an answer like any other, unless redirects are errors.
    if (location === undefined && redirect !== 'error') return false;
    sending.incoming?.discard();
    const hop = nextHop(
      this.#hop,
      { status: sending.status, location: location ?? [] },
      redirect,
      this.redirects,
    );
    if (hop instanceof RedirectError) throw hop;
    this.redirects++;
    this.#hop = hop;
    return true;
  }

  /** How it may be sent again; `undefined` takes the answer, or the error, as it is. */
  #again(sending: Sending, error: Error | undefined): Again | undefined {
    if (error === undefined && sending.status < 400) return undefined;
    this.#resends ??= new Resends(this.#request.plan.retry);
    const again =
      error === undefined
        ? this.#resends.afterAnswer(this.#hop, sending, epochMsOf(this.deadlines.loop))
        : this.#resends.afterFailure(this.#hop, sending, error);
    if (again === undefined) return undefined;
    const { loop } = this.deadlines;
    // Not if the deadline would pass before.
    if (loop.closed || loop.time() + again.delayMs >= this.#deadlineMs) return undefined;
    if (again.reason === 'retry' && !this.#mayRetry(sending, error)) return undefined;
    sending.incoming?.discard();
    return again;
  }

  /** Whether the origin can bear another try: the budget that all its requests share, and the circuit breaker. */
  #mayRetry({ origin }: Sending, error: Error | undefined): boolean {
    const { retries, breaker } = this.#ground.safeguards.of(origin);
    const nowMs = this.deadlines.loop.time();
    if (breaker?.allows(nowMs) === false) return false;
    // What the server did not begin on is no load to it.
    const isFree = error !== undefined && isUnprocessed(error);
    if (!isFree && retries?.spend(nowMs) === false) return false;
    this.#ground.counts.retries++;
    return true;
  }

  /** Gives the answer to the caller; settled when its body has ended, `undefined` when it has already. */
  #deliver(): Future<void> | undefined {
    const sending = this.#current as Sending;
    if (sending.endedMs !== undefined) {
      this.#handOver(sending);
      return undefined;
    }
    const end = new Future<void>();
    this.#event = end;
    this.#handOver(sending);
    return sending.endedMs === undefined ? end : undefined;
  }

  // Apart from the caller, whose frame would keep the response alive while it waits for the end of the body.
  #handOver(sending: Sending): void {
    const result = this.#result;
    this.#result = undefined;
    result?.onDelivered(this, sending);
  }

  /** Waits for a promise of somebody's, no longer than the deadline. */
  *within<T>(promise: PromiseLike<T>): Coroutine<T> {
    const { totalMs } = this.#request.plan.timeouts;
    const timer =
      this.#deadlineMs === Number.POSITIVE_INFINITY
        ? undefined
        : this.deadlines.loop.callAt(this.#deadlineMs, () => this.abort(deadlinePassed(totalMs, 'prepare')));
    try {
      return yield* until(promise);
    } finally {
      timer?.cancel();
    }
  }

  // What a sending reports.

  prepare(sending: Sending): void {
    const opened = this.#hop.upload?.open();
    if (opened !== undefined) {
      sending.body = opened.payload;
      sending.bodyBytes = opened.length;
    }
    sending.headers = fieldsToSend(this.#hop, this.#jar, this.#authorization?.value, opened);
  }

  onResponse(): void {
    this.#wake();
  }

  onSendingFailed(): void {
    this.#wake();
  }

  onSendingOver(sending: Sending): void {
    if (this.#result === undefined && sending === this.#current) this.#wake();
  }

  #wake(): void {
    const event = this.#event;
    this.#event = undefined;
    if (event?.done === false) event.setResult();
  }

  // What ends it from outside.

  onAbort(reason: unknown): void {
    // Through the future, which makes the CancelledError; with the answer given, only the body is left to stop.
    if (this.#result !== undefined) this.#result.cancel(reason);
    else this.stop(CancelledError.from(reason));
  }

  stop(reason: CancelledError): void {
    if (this.#over) return;
    const result = this.#result;
    this.#result = undefined;
    this.#end(reason);
    result?.cancel(reason);
    this.#task?.cancel(reason);
  }

  /** Ends with an error, whatever it was doing: the session is being closed, or the deadline passed. */
  abort(error: Error): void {
    if (this.#over) return;
    this.#fail(error);
    this.#task?.cancel(error);
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.describe(error);
    const result = this.#result;
    this.#result = undefined;
    this.#end(error);
    result?.onFailed(error);
  }

  #end(error: Error): void {
    const sending = this.#current;
    sending?.incoming?.onFailed(error);
    sending?.abandon();
    // One that was hedged: both are in flight.
    for (const other of this.#past ?? []) if (other.endedMs === undefined) other.abandon();
    this.#close(error);
  }

  #close(error: Error | undefined): void {
    this.#over = true;
    this.#entrance?.leave(undefined);
    const { counts } = this.#ground;
    if (error === undefined) counts.answers++;
    else if (error instanceof CancelledError) counts.cancelled++;
    else counts.failures++;
    // One that was cancelled before it began has told of no beginning.
    if (endChannel.hasSubscribers && this.#isOpen) {
      const durationMs = this.deadlines.loop.time() - this.startedMs;
      const status = this.#current?.status || undefined;
      endChannel.publish({
        ...this.#message(),
        status,
        error,
        durationMs,
        attempts: this.attempts(),
      } satisfies RequestEnded);
    }
    this.#ground.open.remove(this);
    this.#request.upload?.close();
    const { signal } = this.#request;
    if (signal !== undefined) unwatchSignal(signal, this);
  }

  #message(): RequestStarted {
    return { request: this, method: this.#hop.method, url: redactUrl(this.#hop.target.href) };
  }

  describe(error: unknown): void {
    if (!(error instanceof HttpError)) return;
    error.url ??= redactUrl(this.#hop.target.href);
    error.method ??= this.#hop.method;
    if (error.attempts.length === 0) error.attempts = this.attempts();
  }

  /** Everything sent so far. */
  attempts(): readonly Attempt[] {
    const sent = [...(this.#past ?? []), ...(this.#current === undefined ? [] : [this.#current])];
    return sent.map((sending) => sending.log());
  }
}
