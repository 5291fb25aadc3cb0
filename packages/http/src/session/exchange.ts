/**
 * The life of one request, from the call to the last byte of its answer, as one coroutine that reads from top to bottom:
 * what is needed first → queue, connection, request, head of the answer → follow it, try again, or take it → its body.
 *
 * It is stepped inside the events that move it on (`startDirectly`), so a request costs no turn of the loop for each of them. What
 * the next hop is and whether there is another try are decided elsewhere (hop.ts, resends.ts); each sending is a Sending. Three
 * things end it from outside: a cancel (`stop`), the session (`abort`), and the deadline.
 */
import { CancelledError, type Coroutine, checkpoint, Future, sleep, type Task, until } from '@oxbow/loop';
import { startDirectly } from '@oxbow/loop/lowlevel';
import type { Linked, LinkedList } from '@oxbow/loop/structures';
import type { Attempt, AttemptReason } from '../attempt.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import { HttpError, RedirectError, SessionClosedError } from '../errors.ts';
import { type CredentialRequest, checkedAuthorization, isConstant } from '../guard/credentials.ts';
import { rawValues } from '../header-fields.ts';
import { isRedirectStatus } from '../policy/redirect.ts';
import { redactUrl } from '../redaction.ts';
import type { Transport } from '../transport/transport.ts';
import { callUser } from '../user-call.ts';
import type { Admission } from './admission.ts';
import type { ReadOwner } from './body-read.ts';
import { currentDeadlines, type Deadlines } from './deadlines.ts';
import { endChannel, type RequestEnded, type RequestStarted, startChannel } from './diagnostics.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { canResend, credentialOf, fieldsToSend, type Hop, nextHop } from './hop.ts';
import { deadlinePassed } from './phase-timeout.ts';
import { type Resend, Resends } from './resends.ts';
import { Sending, type SendingOwner } from './sending.ts';
import { type Abortable, unwatchSignal, watchSignal } from './signal-watch.ts';

/** How often a request goes out again for an answer of 401: for what it was not shown, and for what had become stale. */
const MAX_CHALLENGES = 2;

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
export class Exchange implements SendingOwner, ReadOwner, Abortable, Linked<Exchange> {
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
  #authorization: string | undefined;
  #challenges = 0;
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
      if (opening !== undefined) yield* this.#within(opening);
      const ready = this.#request.upload?.ready?.();
      if (ready !== undefined) yield* this.#within(ready);
      for (let reason: AttemptReason | undefined = 'first'; reason !== undefined; ) {
        const asking = this.#askCredential();
        if (asking !== undefined) this.#authorization = checkedAuthorization(yield* this.#within(asking));
        const sending = this.#send(reason);
        yield* this.#headOf(sending);
        const error: Error | undefined = sending.incoming === undefined ? sending.error : undefined;
        const accepting = error === undefined ? this.#acceptCookies(sending) : undefined;
        if (accepting !== undefined) yield* this.#within(accepting);
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
    this.#isOpen = true;
    if (startChannel.hasSubscribers) startChannel.publish(this.#message());
    if (signal === undefined) return;
    if (signal.aborted) this.onAbort(signal.reason);
    else watchSignal(signal, this);
  }

  /** Sets the credential of the hop; gives a promise of it instead where the caller's code has to be asked. */
  #askCredential(): PromiseLike<unknown> | undefined {
    const credential = credentialOf(this.#hop);
    if (credential === undefined || isConstant(credential)) {
      this.#authorization = credential?.authorization(this.#asking()) as string | undefined;
      return undefined;
    }
    // As a task: it is the caller's code, and may wait on the loop.
    return callUser(() => credential.authorization(this.#asking()), 'a credential');
  }

  #asking(): CredentialRequest {
    const { method, target } = this.#hop;
    return { method, origin: target.origin, path: target.path };
  }

  /** Whether a credential has an answer to a 401; then the request goes out again. */
  *#answersChallenge(sending: Sending): Coroutine<boolean> {
    const credential = credentialOf(this.#hop);
    if (credential?.onRefused === undefined || !canResend(this.#hop)) return false;
    if (this.#challenges === MAX_CHALLENGES) return false;
    this.#challenges++;
    const challenges = [rawValues(sending.rawHeaders, 'www-authenticate') ?? []].flat();
    const refusal = { ...this.#asking(), challenges, authorization: this.#authorization };
    const asking = callUser(() => credential.onRefused?.(refusal) ?? false, 'a credential');
    if ((yield* this.#within(asking)) !== true) return false;
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
        ? this.#resends.afterAnswer(this.#hop, sending)
        : this.#resends.afterFailure(this.#hop, sending, error);
    if (again === undefined) return undefined;
    const { loop } = this.deadlines;
    // Not if the deadline would pass before.
    if (loop.closed || loop.time() + again.delayMs >= this.#deadlineMs) return undefined;
    sending.incoming?.discard();
    return again;
  }

  /** Gives the answer to who asked; settled when its body has ended, `undefined` when it has already. */
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
  *#within<T>(promise: PromiseLike<T>): Coroutine<T> {
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
    sending.headers = fieldsToSend(this.#hop, this.#jar, this.#authorization, opened);
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
    this.#close(error);
  }

  #close(error: Error | undefined): void {
    this.#over = true;
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
