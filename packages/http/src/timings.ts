/** Where the time of a request went: durations in milliseconds, on the loop's clock. */
export interface Timings {
  /** Waiting for a free connection, in the session's own queue. */
  readonly queueMs: number;
  /** Resolving the name; 0 on a reused connection. */
  readonly dnsMs: number;
  /** TCP and TLS handshakes; 0 on a reused connection. */
  readonly connectMs: number;
  /** The part of connectMs that was TLS. */
  readonly tlsMs: number;
  /** From the first byte written to the response's headers ("time to first byte"). */
  readonly ttfbMs: number;
  /** From the call to the last byte of the body, earlier attempts and redirects included; `undefined` until it is there. */
  readonly totalMs: number | undefined;
}
