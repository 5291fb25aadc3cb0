// The calls that wait for a worker, in the order they were made. It knows nothing of workers or limits.

import type { RemoteCall } from '../call/remote-call.ts';

type Call = RemoteCall<unknown>;

/** A queue whose members can leave from anywhere, and come back to its front. */
export class Backlog {
  /** A Set keeps the order and forgets a cancelled call at once. */
  readonly #waiting = new Set<Call>();
  /** What workers could not begin: older than all that wait. */
  #returned: Call[] = [];

  get size(): number {
    return this.#waiting.size + this.#returned.length;
  }

  /** The call that has waited longest. */
  get first(): Call | undefined {
    return this.#returned[0] ?? this.#waiting.values().next().value;
  }

  add(call: Call): void {
    this.#waiting.add(call);
  }

  /** Puts calls back in front of all others, in this order. */
  giveBack(calls: readonly Call[]): void {
    this.#returned = [...calls, ...this.#returned];
  }

  /** Takes a call out, wherever it stands; nothing happens when it does not. */
  remove(call: Call): void {
    if (this.#waiting.delete(call) || this.#returned.length === 0) return;
    this.#returned = this.#returned.filter((each) => each !== call);
  }
}
