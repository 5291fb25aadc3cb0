/**
 * The errors of talking to a Redis or Valkey server, by what the caller should do next.
 *
 *   OxbowError
 *   └── RedisError
 *       ├── RedisOptionError      a URL, an option or a client cannot be used: correct the call
 *       ├── RedisClientError      no client is installed, or not one that can do this: install it
 *       ├── RedisServerError      the server cannot be used as it is set up (version, eviction, replica, access, memory): see the remedy
 *       ├── RedisConnectionError  the server is not there now, or the wire was cut: the command may or may not have run
 *       ├── RedisReplyError       the server refused the command (`kind` is the first word of its reply)
 *       └── RedisClosedError      this connection was closed
 *
 * Cancellation is loop's CancelledError and passes through untouched.
 */
import { OxbowError } from '@oxbow/loop';

/** Base of every error of this package. `code` is stable. */
export class RedisError extends OxbowError {
  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, { code, ...options });
    this.name = new.target.name;
  }
}

/** Raised at the door for a URL, an option or a client that cannot be used. What to do: correct the call. */
export class RedisOptionError extends RedisError {
  /** Name of the option at fault. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_REDIS_OPTION', message, options);
    this.option = option;
  }
}

/** Raised when no client library is installed that can do what the URL asks for. What to do: install the one it names. */
export class RedisClientError extends RedisError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_REDIS_CLIENT', message, options);
  }
}

/** Why a server cannot be used. */
export type ServerFault = 'version' | 'eviction' | 'replica' | 'access' | 'memory';

const SERVER_CODES: Readonly<Record<ServerFault, string>> = {
  version: 'ERR_OXBOW_REDIS_VERSION',
  eviction: 'ERR_OXBOW_REDIS_EVICTION',
  replica: 'ERR_OXBOW_REDIS_REPLICA',
  access: 'ERR_OXBOW_REDIS_ACCESS',
  memory: 'ERR_OXBOW_REDIS_MEMORY',
};

/** Raised when a server is there and cannot be used as it is set up. What to do: the message says it. */
export class RedisServerError extends RedisError {
  readonly fault: ServerFault;

  constructor(fault: ServerFault, message: string, options?: ErrorOptions) {
    super(SERVER_CODES[fault], message, options);
    this.fault = fault;
  }
}

/** Where a connection failed: never made, cut, or silent for too long. */
export type ConnectionFault = 'unreachable' | 'cut' | 'silent';

const CONNECTION_CODES: Readonly<Record<ConnectionFault, string>> = {
  unreachable: 'ERR_OXBOW_REDIS_UNREACHABLE',
  cut: 'ERR_OXBOW_REDIS_CUT',
  silent: 'ERR_OXBOW_REDIS_SILENT',
};

/**
 * Raised when a server cannot be reached, or the wire was cut or silent under a command. Whether the command ran is then not known:
 * send it again only when it may run twice.
 */
export class RedisConnectionError extends RedisError {
  readonly fault: ConnectionFault;

  constructor(fault: ConnectionFault, message: string, options?: ErrorOptions) {
    super(CONNECTION_CODES[fault], message, options);
    this.fault = fault;
  }
}

/** Raised when the server answers a command with an error. */
export class RedisReplyError extends RedisError {
  /** The first word of the reply: `OOM`, `READONLY`, `NOSCRIPT`, `ERR` … */
  readonly kind: string;

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_REDIS_REPLY', `the server answered: ${message}`, options);
    this.kind = /^[A-Z][A-Z0-9]*(?=\s|$)/.exec(message)?.[0] ?? 'ERR';
  }
}

/** Raised by every call behind `close()`. */
export class RedisClosedError extends RedisError {
  constructor() {
    super('ERR_OXBOW_REDIS_CLOSED', 'This connection is closed');
  }
}

/** Replies that pass by themselves: a server that starts, changes its role, or is busy with a script. */
const PASSING: ReadonlySet<string> = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'NOREPLICAS',
  'MISCONF',
]);

/** True for an error that may be gone when the same is sent again: no connection, or a server that starts or changes its role. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof RedisConnectionError || (error instanceof RedisReplyError && PASSING.has(error.kind))
  );
}
