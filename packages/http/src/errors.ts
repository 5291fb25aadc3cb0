/**
 * Every error of the package. The class says at which stage it failed and what to do, the `code` is stable:
 *
 *   HttpError
 *   ├ InvalidRequestError        the caller's input: URL, header, body or option (nothing was sent)
 *   ├ TransportError             no complete response arrived
 *   │ ├ ConnectError             name resolution, TCP
 *   │ │ ├ TlsError               handshake, certificate
 *   │ │ └ ProxyError             the way to the host, not the host
 *   │ ├ WriteError               the request could not be sent whole
 *   │ ├ ReadError                the connection ended inside the response
 *   │ ├ ProtocolError            the response is not HTTP
 *   │ └ PhaseTimeoutError        one phase, or the whole request, took too long
 *   │   ├ QueueTimeoutError  ConnectTimeoutError  SendTimeoutError  HeadersTimeoutError  BodyTimeoutError
 *   │   └ DeadlineError
 *   ├ BlockedAddressError        the address guard said no
 *   ├ HeadersTooLargeError  BodyTooLargeError
 *   ├ DecodingError              a Content-Encoding that cannot be undone
 *   │ └ ExpansionError           a decompression bomb
 *   ├ RedirectError
 *   │ └ TooManyRedirectsError
 *   ├ StatusError                a body was asked for and the status is not 2xx (session/response.ts)
 *   ├ TokenError                 no OAuth token could be got (auth/oauth.ts)
 *   ├ SchemaError                the body does not match the schema given to json()
 *   ├ BodyUsedError              the body was read before, or discarded
 *   ├ QueueFullError             more requests wait than the session allows
 *   ├ BreakerOpenError           the origin has failed too often; nothing was sent
 *   └ SessionClosedError
 *
 * Cancellation is not in the tree: it stays loop's CancelledError, never wrapped. URLs in messages are redacted.
 */
import { OxbowError } from '@oxbow/loop';
import type { Attempt } from './attempt.ts';

/** What every {@link HttpError} may carry beside its message. */
export interface HttpErrorDetails {
  readonly cause?: unknown;
  /** Redacted: without userinfo and secret-looking query values. */
  readonly url?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * Base of every error this package makes.
 *
 * @example
 * ```ts
 * import { get, HttpError } from '@oxbow/http';
 *
 * try {
 *   await get('https://example.org/').text();
 * } catch (error) {
 *   if (error instanceof HttpError) console.log(error.code, error.url, error.attempts.length);
 * }
 * ```
 */
export class HttpError extends OxbowError {
  static {
    HttpError.prototype.name = 'HttpError';
  }
  /** The URL in question, redacted; of the hop that failed, not of the first one. */
  url: string | undefined;
  method: string | undefined;
  /** What was tried before giving up, with timings; empty when nothing was sent. Not enumerable: it would drown the message. */
  declare attempts: readonly Attempt[];

  constructor(code: string, message: string, details: HttpErrorDetails = {}) {
    super(message, 'cause' in details ? { code, cause: details.cause } : { code });
    this.url = details.url;
    this.method = details.method;
    Object.defineProperty(this, 'attempts', { value: [], writable: true, enumerable: false });
  }
}

/** Raised when the caller's input cannot become a request. Fix the input: retrying cannot help, nothing was sent. */
export class InvalidRequestError extends HttpError {
  static {
    InvalidRequestError.prototype.name = 'InvalidRequestError';
  }
}

/** Raised when no complete response arrived. Safe methods may be tried again; the session does so by itself. */
export class TransportError extends HttpError {
  static {
    TransportError.prototype.name = 'TransportError';
  }
}

/** Raised when no connection could be made: the name does not resolve, or the peer refuses. Nothing was sent. */
export class ConnectError extends TransportError {
  static {
    ConnectError.prototype.name = 'ConnectError';
  }
}

/** Raised when the TLS handshake fails: an untrusted or expired certificate, another host's name, no common version. */
export class TlsError extends ConnectError {
  static {
    TlsError.prototype.name = 'TlsError';
  }
}

/**
 * Raised when the proxy cannot be reached, refuses, or cannot connect to the host. Nothing was sent to the host. Look at the option
 * `proxy`, or the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 */
export class ProxyError extends ConnectError {
  static {
    ProxyError.prototype.name = 'ProxyError';
  }
  /** What an HTTP proxy answered; `undefined` when it did not. 407 wants credentials in the URL of the proxy. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, details?: HttpErrorDetails) {
    super('ERR_OXBOW_HTTP_PROXY', message, details);
    this.status = status;
  }
}

/** Raised when the request could not be sent whole, because its body failed or the connection broke. */
export class WriteError extends TransportError {
  static {
    WriteError.prototype.name = 'WriteError';
  }
}

/** The code of a {@link WriteError} whose cause is the caller's own body stream: trying again would only fail again. */
export const UPLOAD_FAILED = 'ERR_OXBOW_HTTP_UPLOAD_FAILED';

/** Raised when the connection ended before or inside the response. */
export class ReadError extends TransportError {
  static {
    ReadError.prototype.name = 'ReadError';
  }
}

/** The code of a {@link ReadError} for a request that the server says it did not begin on: safe to send again, whatever its method. */
export const NOT_PROCESSED = 'ERR_OXBOW_HTTP_NOT_PROCESSED';

/** Raised when the peer's bytes are not a valid response. The connection is closed, or the stream of HTTP/2. */
export class ProtocolError extends TransportError {
  static {
    ProtocolError.prototype.name = 'ProtocolError';
  }
}

/** The phases a request goes through, in order; `total` is the deadline over all of them. */
export type TimeoutPhase = 'queue' | 'connect' | 'send' | 'headers' | 'body' | 'total';

/** Raised when a phase, or the request as a whole, exceeds its time. Raise the named limit, or find out who is slow. */
export class PhaseTimeoutError extends TransportError {
  static {
    PhaseTimeoutError.prototype.name = 'PhaseTimeoutError';
  }
  readonly phase: TimeoutPhase;
  readonly limitMs: number;

  constructor(
    phase: TimeoutPhase,
    limitMs: number,
    code: string,
    message: string,
    details?: HttpErrorDetails,
  ) {
    super(code, message, details);
    this.phase = phase;
    this.limitMs = limitMs;
  }
}

/** Raised when a request waited longer than `timeouts.queueMs` for a free connection. */
export class QueueTimeoutError extends PhaseTimeoutError {
  static {
    QueueTimeoutError.prototype.name = 'QueueTimeoutError';
  }
}
/** Raised when resolving, connecting and the TLS handshake together took longer than `timeouts.connectMs`. */
export class ConnectTimeoutError extends PhaseTimeoutError {
  static {
    ConnectTimeoutError.prototype.name = 'ConnectTimeoutError';
  }
}
/** Raised when the peer accepted no byte of the request body for `timeouts.sendMs`. */
export class SendTimeoutError extends PhaseTimeoutError {
  static {
    SendTimeoutError.prototype.name = 'SendTimeoutError';
  }
}
/** Raised when the response's headers did not come within `timeouts.headersMs` after the request was sent. */
export class HeadersTimeoutError extends PhaseTimeoutError {
  static {
    HeadersTimeoutError.prototype.name = 'HeadersTimeoutError';
  }
}
/** Raised when a body that is being read stood still for `timeouts.bodyMs`. */
export class BodyTimeoutError extends PhaseTimeoutError {
  static {
    BodyTimeoutError.prototype.name = 'BodyTimeoutError';
  }
}
/** Raised when the one deadline over queue, attempts, redirects and body passed (`timeoutMs`, `timeouts.totalMs`). */
export class DeadlineError extends PhaseTimeoutError {
  static {
    DeadlineError.prototype.name = 'DeadlineError';
  }
}

/** Raised when the address guard refuses every address of the host. No connection was made. */
export class BlockedAddressError extends HttpError {
  static {
    BlockedAddressError.prototype.name = 'BlockedAddressError';
  }
  readonly hostname: string;
  /** The refused addresses. */
  readonly addresses: readonly string[];

  constructor(hostname: string, addresses: readonly string[], details?: HttpErrorDetails) {
    const what =
      addresses.length === 1 && addresses[0] === hostname
        ? hostname
        : `${hostname} (${addresses.join(', ')})`;
    super(
      'ERR_OXBOW_HTTP_BLOCKED_ADDRESS',
      `the address guard refuses ${what}; see the option guard`,
      details,
    );
    this.hostname = hostname;
    this.addresses = addresses;
  }
}

/** Raised when the response's header block has too many bytes or fields. The connection is closed. */
export class HeadersTooLargeError extends HttpError {
  static {
    HeadersTooLargeError.prototype.name = 'HeadersTooLargeError';
  }
}

/** Raised when a body has more bytes than allowed, counted after decoding. Stream it, or raise `maxBodyBytes`. */
export class BodyTooLargeError extends HttpError {
  static {
    BodyTooLargeError.prototype.name = 'BodyTooLargeError';
  }
  readonly limitBytes: number;
  /** Bytes seen so far, or announced by Content-Length: at least this many. */
  readonly actualBytes: number;

  constructor(limitBytes: number, actualBytes: number, details?: HttpErrorDetails) {
    super(
      'ERR_OXBOW_HTTP_BODY_TOO_LARGE',
      `the body has ${actualBytes} bytes or more, the limit (maxBodyBytes) is ${limitBytes}`,
      details,
    );
    this.limitBytes = limitBytes;
    this.actualBytes = actualBytes;
  }
}

/** Raised when a body cannot be decoded: corrupt or cut off, or more codings than allowed. */
export class DecodingError extends HttpError {
  static {
    DecodingError.prototype.name = 'DecodingError';
  }
}

/** Raised when a body expands more than the allowed ratio: a decompression bomb. */
export class ExpansionError extends DecodingError {
  static {
    ExpansionError.prototype.name = 'ExpansionError';
  }
  readonly limitRatio: number;
  readonly encodedBytes: number;
  readonly decodedBytes: number;

  constructor(limitRatio: number, encodedBytes: number, decodedBytes: number, details?: HttpErrorDetails) {
    super(
      'ERR_OXBOW_HTTP_EXPANSION',
      `${encodedBytes} bytes of body expand to ${decodedBytes} or more, the limit is ${limitRatio} to 1`,
      details,
    );
    this.limitRatio = limitRatio;
    this.encodedBytes = encodedBytes;
    this.decodedBytes = decodedBytes;
  }
}

/** Raised when a redirect cannot be followed: a bad Location, a body that cannot be sent twice, or `redirect: 'error'`. */
export class RedirectError extends HttpError {
  static {
    RedirectError.prototype.name = 'RedirectError';
  }
}

/** Raised when a chain of redirects is longer than the limit; a circle is one too. */
export class TooManyRedirectsError extends RedirectError {
  static {
    TooManyRedirectsError.prototype.name = 'TooManyRedirectsError';
  }
  readonly limit: number;

  constructor(limit: number, details?: HttpErrorDetails) {
    super(
      'ERR_OXBOW_HTTP_TOO_MANY_REDIRECTS',
      `gave up after ${limit} redirects, the limit (redirect.max)`,
      details,
    );
    this.limit = limit;
  }
}

/** What a Standard Schema reports: its message, and where in the value it was found. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** How many issues a message tells; the others are counted. */
const MAX_SHOWN_ISSUES = 3;

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const steps = path.map((step) => (typeof step === 'object' ? step.key : step));
  const where = steps.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return where === '' ? message : `${where.replace(/^\./, '')}: ${message}`;
}

/** Raised when a body does not match the Standard Schema given to `json(schema)`. */
export class SchemaError extends HttpError {
  static {
    SchemaError.prototype.name = 'SchemaError';
  }
  /** The validator's issues, as it reported them. */
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[], details?: HttpErrorDetails) {
    const shown = issues.slice(0, MAX_SHOWN_ISSUES).map(describeIssue).join('; ');
    const more = issues.length > MAX_SHOWN_ISSUES ? `; and ${issues.length - MAX_SHOWN_ISSUES} more` : '';
    super(
      'ERR_OXBOW_HTTP_SCHEMA',
      `the body does not match the schema: ${shown || 'no reason given'}${more}`,
      details,
    );
    this.issues = issues;
  }
}

/** Raised when a body is asked for a second time, or after it was discarded. Keep the first result. */
export class BodyUsedError extends HttpError {
  static {
    BodyUsedError.prototype.name = 'BodyUsedError';
  }
}

/** Raised when more requests wait for a connection than `limits.maxQueued`. Slow the producer: `session.map` does. */
export class QueueFullError extends HttpError {
  static {
    QueueFullError.prototype.name = 'QueueFullError';
  }
  readonly limit: number;

  constructor(limit: number, details?: HttpErrorDetails) {
    super(
      'ERR_OXBOW_HTTP_QUEUE_FULL',
      `${limit} requests wait already, the limit (limits.maxQueued)`,
      details,
    );
    this.limit = limit;
  }
}

/** Raised when the circuit breaker of an origin is open: too many requests to it have failed. Nothing was sent; come back later. */
export class BreakerOpenError extends HttpError {
  static {
    BreakerOpenError.prototype.name = 'BreakerOpenError';
  }
  readonly origin: string;
  /** Milliseconds until one request goes through again; 0 while one is trying it out. */
  readonly retryInMs: number;

  constructor(origin: string, retryInMs: number, details?: HttpErrorDetails) {
    super(
      'ERR_OXBOW_HTTP_BREAKER_OPEN',
      `too many requests to ${origin} have failed (breaker); the next one goes through in ${Math.ceil(retryInMs)} ms`,
      details,
    );
    this.origin = origin;
    this.retryInMs = retryInMs;
  }
}

/** Raised by a request on a session that was closed, and by those still open when it was aborted. */
export class SessionClosedError extends HttpError {
  static {
    SessionClosedError.prototype.name = 'SessionClosedError';
  }

  constructor(details?: HttpErrorDetails) {
    super('ERR_OXBOW_HTTP_SESSION_CLOSED', 'the session is closed', details);
  }
}
