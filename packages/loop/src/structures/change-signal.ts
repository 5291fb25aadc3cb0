/** Wakes those who wait for a change. It does not know what changed. */

/** A change that can be waited for, by any number of waiters. */
export class ChangeSignal {
  readonly #waiters = new Set<() => void>();
  #isClosed = false;

  /** Wakes everybody who waits now. */
  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Wakes everybody, now and from now on. */
  close(): void {
    this.#isClosed = true;
    this.notify();
  }

  /** Resolves at the next change, or when the signal is aborted. */
  next(signal?: AbortSignal): Promise<void> {
    if (this.#isClosed || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
