/**
 * Every error of this package, by whose fault it is and what to do.
 *
 *   OxbowError
 *   └ WebSocketError
 *     ├ HandshakeError           the server answered the opening handshake with something else
 *     ├ ConnectError             the server could not be reached, or not in time
 *     ├ PeerError                the peer broke RFC 6455 or a limit of ours; the connection was failed
 *     ├ ConnectionClosedError    the connection is closed; `closeInfo` says how
 *     ├ SlowConsumerError        the peer does not read fast enough for the byte budget
 *     ├ RequestTimeoutError      the peer did not acknowledge a request in time
 *     ├ RequestRefusedError      the peer's responder failed
 *     ├ HandlersRunningError     a server was closed around handlers that do not end
 *     ├ TopicForbiddenError      a rule of the server keeps a socket out of a topic
 *     └ SocketInputError         an argument or option that can never be right
 *
 * Cancellation is not here: it is loop's CancelledError and is never wrapped.
 */
import { OxbowError } from '@oxbow/loop';
import type { CloseInfo } from './protocol/close-handshake.ts';
import type { ProtocolViolation, ViolationKind } from './protocol/errors.ts';

/** Base of the errors of `@oxbow/websocket`; `code` names the kind, `cause` the original failure when there is one. */
export class WebSocketError extends OxbowError {
  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options === undefined ? { code } : { code, cause: options.cause });
  }

  static {
    WebSocketError.prototype.name = 'WebSocketError';
  }
}

const NO_REPLY = Object.freeze({ headers: Object.freeze({}), body: new Uint8Array(0) });

/**
 * Raised by `connect` when the server answers, but does not upgrade: another status than 101, or a reply that breaks
 * RFC 6455 §4.1. What to do: look at `status`; 401 and 403 want credentials or an allowed origin, 503 a later try.
 *
 * @example
 * ```ts
 * import { connect, HandshakeError } from '@oxbow/websocket';
 *
 * try {
 *   await connect('ws://localhost:8080/');
 * } catch (error) {
 *   if (error instanceof HandshakeError) console.log(error.status, error.text);
 * }
 * ```
 */
export class HandshakeError extends WebSocketError {
  /** The HTTP status of the reply. */
  readonly status: number;
  /** The reply's headers by lower-case name: `retry-after`, `www-authenticate` and others. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the reply's body, at most 16 KiB of it. */
  readonly body: Uint8Array;

  constructor(
    status: number,
    message: string,
    reply: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array } = NO_REPLY,
  ) {
    super('ERR_OXBOW_WS_HANDSHAKE', message);
    this.status = status;
    this.headers = reply.headers;
    this.body = reply.body;
  }

  /** The body as text. */
  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  static {
    HandshakeError.prototype.name = 'HandshakeError';
  }
}

/** Raised by `connect` when the server cannot be reached or does not answer in time, and by `serve` when it cannot listen. */
export class ConnectError extends WebSocketError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_OXBOW_WS_CONNECT', message, options);
  }

  static {
    ConnectError.prototype.name = 'ConnectError';
  }
}

/** What the peer did, or failed to do. */
export type PeerErrorCode =
  | 'ERR_OXBOW_WS_PROTOCOL'
  | 'ERR_OXBOW_WS_INVALID_UTF8'
  | 'ERR_OXBOW_WS_BAD_COMPRESSION'
  | 'ERR_OXBOW_WS_MESSAGE_TOO_BIG'
  | 'ERR_OXBOW_WS_TOO_MANY_FRAGMENTS'
  | 'ERR_OXBOW_WS_TOO_MANY_MESSAGES'
  | 'ERR_OXBOW_WS_TOO_MANY_CONTROL_FRAMES'
  | 'ERR_OXBOW_WS_KEEPALIVE'
  | 'ERR_OXBOW_WS_SLOW_CONSUMER';

/** The protocol core's words for them. */
const CODE_OF_VIOLATION: Readonly<Record<ViolationKind, PeerErrorCode>> = {
  PROTOCOL: 'ERR_OXBOW_WS_PROTOCOL',
  INVALID_UTF8: 'ERR_OXBOW_WS_INVALID_UTF8',
  BAD_COMPRESSION: 'ERR_OXBOW_WS_BAD_COMPRESSION',
  MESSAGE_TOO_BIG: 'ERR_OXBOW_WS_MESSAGE_TOO_BIG',
  TOO_MANY_FRAGMENTS: 'ERR_OXBOW_WS_TOO_MANY_FRAGMENTS',
};

/**
 * Why a connection was failed by this side: found in `CloseInfo.error`. Its `code` is one of
 * `PeerErrorCode`.
 */
export class PeerError extends WebSocketError {
  /** The close code sent to the peer. */
  readonly closeCode: number;
  /** The limit that was broken; its unit is that of the option of the same name. */
  readonly limit: number | undefined;
  /** What came instead. */
  readonly actual: number | undefined;

  constructor(
    code: PeerErrorCode,
    closeCode: number,
    message: string,
    details: {
      readonly limit?: number | undefined;
      readonly actual?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.closeCode = closeCode;
    this.limit = details.limit;
    this.actual = details.actual;
  }

  /** The public face of what the protocol core found. */
  static from(violation: ProtocolViolation): PeerError {
    const { kind, closeCode, message, limit, actual } = violation;
    return new PeerError(CODE_OF_VIOLATION[kind], closeCode, `The connection was failed: ${message}.`, {
      limit,
      actual,
      cause: violation,
    });
  }

  static {
    PeerError.prototype.name = 'PeerError';
  }
}

/** Raised by what needs an open connection when it is closed or closing. What to do: stop sending; `closeInfo` says why. */
export class ConnectionClosedError extends WebSocketError {
  /** How the connection ended, or how far its end is known. */
  readonly closeInfo: CloseInfo;

  constructor(closeInfo: CloseInfo) {
    const reason = closeInfo.reason === '' ? '' : `, ${JSON.stringify(closeInfo.reason)}`;
    super('ERR_OXBOW_WS_CLOSED', `The connection is closed (code ${closeInfo.code}${reason}).`, {
      cause: closeInfo.error,
    });
    this.closeInfo = closeInfo;
  }

  static {
    ConnectionClosedError.prototype.name = 'ConnectionClosedError';
  }
}

/**
 * Raised by `send` when a message does not fit and may not wait: `slowConsumer` is `'error'`
 * (`ERR_OXBOW_WS_SLOW_CONSUMER`), or too many sends wait already (`ERR_OXBOW_WS_TOO_MANY_SENDS`).
 * What to do: await each `send`, raise `maxBufferedBytes`, or choose a policy that drops.
 */
export class SlowConsumerError extends WebSocketError {
  readonly limit: number;
  readonly actual: number;

  constructor(code: string, message: string, limit: number, actual: number) {
    super(code, message);
    this.limit = limit;
    this.actual = actual;
  }

  static {
    SlowConsumerError.prototype.name = 'SlowConsumerError';
  }
}

/** Raised by `request` when no acknowledgement came in time. The peer may have got the message all the same. */
export class RequestTimeoutError extends WebSocketError {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super('ERR_OXBOW_WS_REQUEST_TIMEOUT', `The peer did not acknowledge the request within ${timeoutMs} ms.`);
    this.timeoutMs = timeoutMs;
  }

  static {
    RequestTimeoutError.prototype.name = 'RequestTimeoutError';
  }
}

/** Raised by `request` when the peer got the message, but the handler there failed. */
export class RequestRefusedError extends WebSocketError {
  constructor(reason: string) {
    super('ERR_OXBOW_WS_REQUEST_REFUSED', `The peer refused the request: ${reason}.`);
  }

  static {
    RequestRefusedError.prototype.name = 'RequestRefusedError';
  }
}

/** Told to `onError` when a server was closed while handlers waited for something that cannot be cancelled. */
export class HandlersRunningError extends WebSocketError {
  /** Which handlers, by name and socket; at most ten are in the message. */
  readonly handlers: readonly string[];

  constructor(handlers: readonly string[]) {
    const shown = handlers.slice(0, 10).join(', ');
    const more = handlers.length > 10 ? ` and ${handlers.length - 10} more` : '';
    super(
      'ERR_OXBOW_WS_HANDLERS_RUNNING',
      `The server is closed, but these did not end when they were cancelled: ${shown}${more}. What they wait for knows no cancellation: pass it currentSignal(), or race it.`,
    );
    this.handlers = handlers;
  }

  static {
    HandlersRunningError.prototype.name = 'HandlersRunningError';
  }
}

/** Raised by `join` and `publish` of a socket when the server's `mayJoin` or `mayPublish` says no, or fails. */
export class TopicForbiddenError extends WebSocketError {
  readonly topic: string;

  constructor(what: string, topic: string) {
    super('ERR_OXBOW_WS_TOPIC_FORBIDDEN', `This socket may not ${what} the topic ${JSON.stringify(topic)}.`);
    this.topic = topic;
  }

  static {
    TopicForbiddenError.prototype.name = 'TopicForbiddenError';
  }
}

/** Raised at the door for an argument or an option value that can never be right. */
export class SocketInputError extends WebSocketError {
  constructor(message: string) {
    super('ERR_OXBOW_WS_INPUT', message);
  }

  static {
    SocketInputError.prototype.name = 'SocketInputError';
  }
}
