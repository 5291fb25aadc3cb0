/** What can go wrong with a connection: at which stage, with whom, and what the system called it. */
import { StreamError } from '../errors.ts';

/** The kinds of `NetError`. */
export type NetErrorCode =
  /** The peer cannot be reached: refused, no route, no such name or file. What to do: try again later, or elsewhere. */
  | 'ERR_OXBOW_NET_CONNECT'
  /** The connection was not there within `connectTimeoutMs`, the TLS handshake included. */
  | 'ERR_OXBOW_NET_CONNECT_TIMEOUT'
  /** The address cannot be listened on: in use, not permitted, not of this machine. */
  | 'ERR_OXBOW_NET_LISTEN'
  /** The TLS handshake failed: a certificate nobody vouches for, no common version. */
  | 'ERR_OXBOW_NET_TLS'
  /** The connection broke: the peer reset it, or the network lost it. What was written last may not have arrived. */
  | 'ERR_OXBOW_NET_RESET'
  /** No byte passed for `idleTimeoutMs`. */
  | 'ERR_OXBOW_NET_IDLE'
  /** Written to after the end of the output: `end()`, `close()`, or the end of a `to(connection)`. */
  | 'ERR_OXBOW_NET_CLOSED'
  /** This side has given the connection up by `abort()`; `cause` is the reason it gave. */
  | 'ERR_OXBOW_NET_ABORTED';

/** Raised when a connection cannot be made or breaks. `cause` is the system's own error when there is one. */
export class NetError extends StreamError {
  declare readonly code: NetErrorCode;
  /** The other side, or the address to listen on: `127.0.0.1:8080`, or the path of a Unix socket. */
  readonly address: string;
  /** The system's name for it, such as `ECONNREFUSED`, when there is one. */
  readonly systemCode: string | undefined;

  constructor(code: NetErrorCode, message: string, address: string, options?: ErrorOptions) {
    super(code, message, options);
    this.address = address;
    this.systemCode = systemCodeOf(options?.cause);
  }
}

/** The system's name and words for an error; that of the first attempt where several addresses were tried. */
export function inWords(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const attempts = cause instanceof AggregateError ? cause.errors : [];
  return attempts.length > 0
    ? attempts.map((attempt) => (attempt as Error).message).join('; ')
    : cause.message || cause.name;
}

function systemCodeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
