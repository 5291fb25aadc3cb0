/**
 * The seam between a connection and the byte stream it runs on. Knows no HTTP and no WebSocket.
 */

/** What a transport tells its connection; all calls are synchronous and none comes after `closed`. */
export interface TransportEvents {
  /**
   * Bytes from the peer, which the connection may change in place.
   *
   * @param isLent whether the memory is used again as soon as the call returns; otherwise it belongs to the connection
   */
  data(chunk: Uint8Array, isLent: boolean): void;
  /** Everything written so far was taken by the operating system. */
  written(): void;
  /** The peer will send no more (TCP: FIN). */
  ended(): void;
  /** The transport is gone, both ways. @param error what the network reported, if anything */
  closed(error?: unknown): void;
}

/** An ordered byte stream, both ways. */
export interface Transport {
  /** Bytes given to `write` that the operating system has not taken yet. */
  readonly unwrittenBytes: number;
  /** Whether memory passed to `write` is free again as soon as `unwrittenBytes` is 0. */
  readonly returnsMemory: boolean;
  /** The peer's address, where there is one. */
  readonly remoteAddress: string | undefined;
  /** Names the one listener and starts reading. */
  start(events: TransportEvents): void;
  /** Queues bytes; the memory must not change before it is free again. */
  write(bytes: Uint8Array): void;
  /** Stops `data`; at most what was read already still comes. */
  pause(): void;
  resume(): void;
  /** Ends our direction once everything is written. */
  end(): void;
  /** Ends both directions at once; what is unwritten is lost. */
  destroy(): void;
}
