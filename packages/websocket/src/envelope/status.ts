/**
 * What becomes of a socket that outlives its connections, as events. Shared with the browser's client; imports nothing
 * that runs.
 */

/** Where a socket stands. `waiting` is between two attempts to connect. */
export type SocketStatus = 'connecting' | 'open' | 'waiting' | 'closed';

/** What there is to know beside the status. */
export interface StatusDetail {
  /** Attempts in a row that failed, the one just told of included; 0 while a connection is open. */
  readonly attempt: number;
  /** With `waiting`: how long until the next attempt, in ms. */
  readonly delayMs?: number | undefined;
  /** Why the last attempt failed, or why the socket is closed: an error of this package. */
  readonly error?: unknown;
  /** The close code of the connection that was lost. */
  readonly code?: number | undefined;
}

/** Told of every change of status, in order. */
export type StatusCallback = (status: SocketStatus, detail: StatusDetail) => void;

/** The callbacks of one socket. One that throws does not keep the others from hearing. */
export class StatusCallbacks {
  readonly #failed: (error: unknown) => void;
  #callbacks: Set<(status: SocketStatus, detail: StatusDetail) => unknown> | undefined;

  /** @param failed told what a callback threw */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** @returns what takes the callback off again */
  add(callback: StatusCallback): () => void {
    // A function of its own, so that the same callback added twice is told twice and taken off once.
    const added = (status: SocketStatus, detail: StatusDetail): unknown => callback(status, detail);
    this.#callbacks ??= new Set();
    this.#callbacks.add(added);
    return () => {
      this.#callbacks?.delete(added);
    };
  }

  tell(status: SocketStatus, detail: StatusDetail): void {
    for (const callback of this.#callbacks ?? []) {
      try {
        const result = callback(status, detail);
        if (result instanceof Promise) result.catch(this.#failed);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
