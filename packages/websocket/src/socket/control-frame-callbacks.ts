/**
 * Functions of the user's that are told of Pings and Pongs. Nothing is kept of them until the first is added.
 */

/** Told of a Ping (already answered) or a Pong; `latencyMs` is there for a Pong that answers a ping of this side. */
export type ControlFrameCallback = (payload: Uint8Array, latencyMs?: number) => void;

/** The callbacks of one socket. */
export class ControlFrameCallbacks {
  readonly #failed: (error: unknown) => void;
  readonly #callbacks: Record<'ping' | 'pong', Set<ControlFrameCallback>> = {
    ping: new Set(),
    pong: new Set(),
  };

  /** @param failed told what a callback threw */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** @returns what takes the callback off again */
  add(kind: 'ping' | 'pong', callback: ControlFrameCallback): () => void {
    const added: ControlFrameCallback = (payload, latencyMs) => callback(payload, latencyMs);
    this.#callbacks[kind].add(added);
    return () => {
      this.#callbacks[kind].delete(added);
    };
  }

  tell(kind: 'ping' | 'pong', payload: Uint8Array, latencyMs?: number): void {
    for (const callback of this.#callbacks[kind]) {
      try {
        callback(payload, latencyMs);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
