/**
 * One sending of one request: through the queue, onto a connection, and its answer back; with a time limit on each phase.
 * It decides nothing: whether the answer is taken, followed or tried again is the exchange's business.
 * It is its own transport request and handler, so that a request costs one object here and none per phase.
 */

import type { LinkedItem } from '@oxbow/loop/structures';
import type { Attempt, AttemptReason } from '../attempt.ts';
import { contentCodings } from '../body/content-decoder.ts';
import { UploadStream } from '../body/upload-stream.ts';
import type { PhaseTimeoutError } from '../errors.ts';
import type { AddressGuard } from '../guard/address-guard.ts';
import type { HeaderFields } from '../header-fields.ts';
import { type RawHeaders, rawField } from '../header-fields.ts';
import { redactUrl } from '../redaction.ts';
import { outcomeOf } from '../resilience/safeguards.ts';
import type { Timings } from '../timings.ts';
import type {
  ConnectionInfo,
  Transport,
  TransportCall,
  TransportHandler,
  TransportRequest,
} from '../transport/transport.ts';
import type { Admission, OriginSlots, Waiter } from './admission.ts';
import type { Deadlines, Watched } from './deadlines.ts';
import { inThisContext } from './handler-in-context.ts';
import { type BodySource, IncomingBody } from './incoming-body.ts';
import { deadlinePassed, phaseTimeout, type SendingPhase } from './phase-timeout.ts';
import type { RequestPlan } from './request-options.ts';
import type { Target } from './target.ts';

/**
 * Whose sending it is: what it works with, and what it reports to. It reports a response or a failure, once, unless it is abandoned
 * before.
 */
export interface SendingOwner {
  readonly admission: Admission;
  readonly transport: Transport;
  readonly deadlines: Deadlines;
  /** A slot was got: sets `headers` and `body`. */
  prepare(sending: Sending): void;
  onResponse(sending: Sending): void;
  onSendingFailed(sending: Sending, error: Error): void;
  /** The connection has nothing more to do with it. Follows `onResponse`. */
  onSendingOver(sending: Sending): void;
}

/** How long the rest of a body that nobody wants may take to end by itself and so save its connection. */
export const SWALLOW_MS = 1_000;

type Phase = 'idle' | SendingPhase | 'over';

const NO_HEADERS: HeaderFields = [];
const NO_RAW_HEADERS: RawHeaders = {};

/** One sending. */
export class Sending implements TransportRequest, TransportHandler, Waiter, Watched, BodySource {
  // The request as the transport sees it.
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  headers: HeaderFields = NO_HEADERS;
  body: string | Uint8Array | UploadStream | null = null;
  readonly guard: AddressGuard | undefined;
  /** Bytes of the body, where a stream's length is known. */
  bodyBytes: number | undefined = undefined;

  // The response.
  status = 0;
  statusText = '';
  rawHeaders: RawHeaders = NO_RAW_HEADERS;
  incoming: IncomingBody | undefined = undefined;
  error: Error | undefined = undefined;

  readonly target: Target;
  readonly reason: AttemptReason;
  readonly perOrigin: number;
  /** When it entered the queue, on the loop's clock. */
  readonly startedMs: number;
  endedMs: number | undefined = undefined;

  // Links of the queue and of the deadlines.
  place: LinkedItem<Waiter> | undefined = undefined;
  previousLinked: Watched | undefined = undefined;
  nextLinked: Watched | undefined = undefined;
  dueMs: number = Number.POSITIVE_INFINITY;

  readonly #owner: SendingOwner;
  /** Itself, in the context in which it was made. */
  readonly #handler: TransportHandler = inThisContext(this);
  readonly #plan: RequestPlan;
  readonly #deadlineMs: number;
  #phase: Phase = 'idle';
  #slots: OriginSlots | undefined = undefined;
  #holdsSlot = false;
  #call: TransportCall | undefined = undefined;
  #connection: ConnectionInfo | undefined = undefined;
  /** Nobody waits for the body: see {@link SWALLOW_MS}. */
  #isHurried = false;
  /** Of the body, as they came over the wire. */
  #arrivedBytes = 0;
  // Times on the loop's clock, -1 until they are known.
  #admittedMs = -1;
  #sentMs = -1;
  #headersMs = -1;

  constructor(
    owner: SendingOwner,
    target: Target,
    method: string,
    plan: RequestPlan,
    deadlineMs: number,
    reason: AttemptReason,
    perOrigin: number,
  ) {
    this.#owner = owner;
    this.target = target;
    this.origin = target.origin;
    this.path = target.path;
    this.method = method;
    this.guard = plan.guard;
    this.#plan = plan;
    this.#deadlineMs = deadlineMs;
    this.reason = reason;
    this.perOrigin = perOrigin;
    this.startedMs = owner.deadlines.loop.time();
  }

  /** Whether it has left the queue and gone out. */
  get isSent(): boolean {
    return this.#sentMs !== -1;
  }

  /** How long its answer took, from being sent to its head, in milliseconds. */
  get waitedMs(): number {
    return this.#headersMs - this.#sentMs;
  }

  /** Whether the request went out on a connection that was open before. */
  get reusedConnection(): boolean {
    return this.#connection === undefined && this.#sentMs !== -1;
  }

  timings(requestStartedMs: number): Timings {
    const connection = this.#connection;
    const admittedMs = this.#admittedMs === -1 ? (this.endedMs ?? this.startedMs) : this.#admittedMs;
    return {
      queueMs: admittedMs - this.startedMs,
      dnsMs: connection?.dnsMs ?? 0,
      connectMs: connection === undefined ? 0 : connection.tcpMs + connection.tlsMs,
      tlsMs: connection?.tlsMs ?? 0,
      ttfbMs: this.#headersMs === -1 ? 0 : this.#headersMs - this.#sentMs,
      totalMs: this.endedMs === undefined ? undefined : this.endedMs - requestStartedMs,
    };
  }

  /** What is told of it afterwards. */
  log(): Attempt {
    return {
      reason: this.reason,
      method: this.method,
      url: redactUrl(this.target.href),
      status: this.status === 0 ? undefined : this.status,
      error: this.error,
      reusedConnection: this.reusedConnection,
      timings: this.timings(this.startedMs),
    };
  }

  /** Enters the queue. @throws {QueueFullError} */
  start(): void {
    const { admission, deadlines } = this.#owner;
    this.#slots = admission.slotsOf(this.origin);
    if (admission.enter(this.#slots, this)) {
      this.dueMs = this.#dueAfter(this.startedMs, this.#plan.timeouts.connectMs);
      this.#admittedMs = this.startedMs;
      this.#dispatch(deadlines);
    } else {
      this.#phase = 'queue';
      this.dueMs = this.#dueAfter(this.startedMs, this.#plan.timeouts.queueMs);
      deadlines.add(this);
    }
  }

  /** Stops in whatever phase: leaves the queue, or closes the connection. Reports nothing; idempotent. */
  abandon(): void {
    if (this.#phase === 'over') return;
    const phase = this.#phase;
    const call = this.#call;
    this.#call = undefined;
    if (phase === 'queue' && this.#slots !== undefined) this.#owner.admission.withdraw(this.#slots, this);
    call?.abort();
    this.#finish();
  }

  // The queue.

  onAdmitted(): void {
    const { deadlines } = this.#owner;
    this.#admittedMs = deadlines.loop.time();
    deadlines.remove(this);
    this.dueMs = this.#dueAfter(this.#admittedMs, this.#plan.timeouts.connectMs);
    this.#dispatch(deadlines);
  }

  #dispatch(deadlines: Deadlines): void {
    this.#holdsSlot = true;
    this.#phase = 'connect';
    deadlines.add(this);
    try {
      this.#owner.prepare(this);
    } catch (error) {
      this.onResponseError(error as Error);
      return;
    }
    const call = this.#owner.transport.dispatch(this, this.#handler);
    if (this.#phase !== ('over' as Phase)) this.#call = call;
  }

  // The transport's events.

  onConnected(connection: ConnectionInfo): void {
    this.#connection = connection;
  }

  onRequestStart(): void {
    const { timeouts } = this.#plan;
    this.#sentMs = this.#owner.deadlines.loop.time();
    this.#phase = this.body === null ? 'headers' : 'send';
    this.#setDue(this.#sentMs, this.body === null ? timeouts.headersMs : timeouts.sendMs);
  }

  onBodySent(): void {
    if (this.#plan.onUploadProgress !== undefined) this.#tellUpload();
    if (this.#phase === 'send') this.#setDue(this.#owner.deadlines.loop.time(), this.#plan.timeouts.sendMs);
  }

  onRequestSent(): void {
    if (this.#plan.onUploadProgress !== undefined && this.body !== null) this.#tellUpload(true);
    if (this.#phase !== 'send') return;
    this.#phase = 'headers';
    this.#setDue(this.#owner.deadlines.loop.time(), this.#plan.timeouts.headersMs);
  }

  onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    this.#headersMs = this.#owner.deadlines.loop.time();
    this.#phase = 'body';
    this.#setDue(this.#headersMs, this.#plan.timeouts.bodyMs);
    this.status = status;
    this.statusText = statusText;
    this.rawHeaders = headers;
    this.incoming = this.#openBody(headers);
    const { adaptive, active } = this.#slots as OriginSlots;
    if (adaptive !== undefined) {
      if (status === 429 || status === 503) adaptive.onFailure();
      else adaptive.onAnswer(this.waitedMs, active);
    }
    this.#owner.onResponse(this);
  }

  onResponseData(chunk: Buffer): void {
    if (!this.#isHurried) this.#setDue(this.#owner.deadlines.loop.time(), this.#plan.timeouts.bodyMs);
    if (this.#plan.onDownloadProgress !== undefined) this.#tellDownload(chunk.length);
    this.incoming?.onEncoded(chunk);
  }

  onResponseEnd(): void {
    this.#call = undefined;
    this.#finish();
    this.incoming?.onEncodedEnd();
    this.#owner.onSendingOver(this);
  }

  onResponseError(given: Error): void {
    this.#call = undefined;
    if (this.#phase === 'over') return;
    const adaptive = this.incoming === undefined ? this.#slots?.adaptive : undefined;
    if (adaptive !== undefined && this.#holdsSlot && outcomeOf(0, given) === 'failure') adaptive.onFailure();
    const upload = this.body;
    // What the caller's own stream threw is worth more than how the connection took it.
    const error = upload instanceof UploadStream && upload.failed ? upload.describeFailure() : given;
    this.error = error;
    this.#finish();
    if (this.incoming !== undefined) {
      this.incoming.onFailed(error);
      this.#owner.onSendingOver(this);
    } else {
      this.#owner.onSendingFailed(this, error);
    }
  }

  // Progress. The functions are the caller's: they run on the loop, which reports what they throw.

  #tellUpload(isWhole = false): void {
    const { body } = this;
    let bytes = 0;
    if (body instanceof UploadStream) bytes = body.takenBytes;
    else if (isWhole && body !== null) bytes = Buffer.byteLength(body);
    else return;
    this.#tell(this.#plan.onUploadProgress, bytes, isWhole ? bytes : this.bodyBytes);
  }

  #tellDownload(bytes: number): void {
    this.#arrivedBytes += bytes;
    const length = rawField(this.rawHeaders, 'content-length');
    this.#tell(
      this.#plan.onDownloadProgress,
      this.#arrivedBytes,
      length === undefined ? undefined : Number(length),
    );
  }

  #tell(told: RequestPlan['onUploadProgress'], bytes: number, totalBytes: number | undefined): void {
    const { loop } = this.#owner.deadlines;
    if (!loop.closed && told !== undefined) loop.callSoon(() => told({ bytes, totalBytes }));
  }

  // The body's hold.

  pauseBody(): void {
    this.#call?.pause();
  }

  hurryBody(): void {
    this.#isHurried = true;
    const { bodyMs } = this.#plan.timeouts;
    this.#setDue(this.#owner.deadlines.loop.time(), Math.min(SWALLOW_MS, bodyMs));
  }

  resumeBody(): void {
    this.#isHurried = false;
    this.#setDue(this.#owner.deadlines.loop.time(), this.#plan.timeouts.bodyMs);
    this.#call?.resume();
  }

  abortBody(): void {
    if (this.#phase === 'over') return;
    this.abandon();
    this.#owner.onSendingOver(this);
  }

  // Time.

  onDue(nowMs: number): void {
    if (nowMs < this.#deadlineMs && this.#phase === 'body') {
      const incoming = this.incoming;
      if (this.#isHurried) {
        incoming?.abort(`it did not end within ${SWALLOW_MS} ms, and nobody had asked for it`);
        return;
      }
      if (incoming?.isUnread === true) {
        incoming.abort(`nobody read it for ${this.#plan.timeouts.bodyMs} ms (timeouts.bodyMs)`);
        return;
      }
      // The reader is slow, not the peer.
      if (incoming?.isHeldBack === true) {
        this.#setDue(nowMs, this.#plan.timeouts.bodyMs);
        return;
      }
    }
    const error = this.#timeoutError(nowMs);
    const call = this.#call;
    this.#call = undefined;
    if (this.#phase === 'queue' && this.#slots !== undefined)
      this.#owner.admission.withdraw(this.#slots, this);
    call?.abort();
    this.onResponseError(error);
  }

  #timeoutError(nowMs: number): PhaseTimeoutError {
    const { timeouts } = this.#plan;
    const phase = this.#phase === 'idle' || this.#phase === 'over' ? 'connect' : this.#phase;
    if (nowMs >= this.#deadlineMs) return deadlinePassed(timeouts.totalMs, phase);
    return phaseTimeout(phase, timeouts, this.origin);
  }

  #dueAfter(nowMs: number, limitMs: number): number {
    const dueMs = nowMs + limitMs;
    return Math.min(dueMs, this.#deadlineMs);
  }

  #setDue(nowMs: number, limitMs: number): void {
    if (this.#phase !== 'over') this.#owner.deadlines.set(this, this.#dueAfter(nowMs, limitMs));
  }

  #openBody(headers: RawHeaders): IncomingBody {
    const encoding = this.#plan.decompress ? rawField(headers, 'content-encoding') : undefined;
    const hasBody = this.method !== 'HEAD' && this.status !== 204 && this.status !== 304;
    const codings = encoding === undefined || !hasBody ? undefined : contentCodings(encoding);
    const length = hasBody ? rawField(headers, 'content-length') : undefined;
    return new IncomingBody(
      this,
      codings,
      length === undefined ? undefined : Number(length),
      this.#plan.maxBodyBytes,
      this.#plan.expansion,
    );
  }

  #finish(): void {
    this.#phase = 'over';
    const { deadlines, admission } = this.#owner;
    this.endedMs = deadlines.loop.time();
    deadlines.remove(this);
    if (this.body instanceof UploadStream) this.body.close();
    if (!this.#holdsSlot || this.#slots === undefined) return;
    this.#holdsSlot = false;
    admission.release(this.#slots);
  }
}
