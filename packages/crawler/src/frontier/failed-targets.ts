/** The URLs that came to nothing, with why, so that they can be explained and tried again. It does not know when that happens. */
import type { TargetFailure } from './frontier.ts';

/** Failed URLs kept; of more, the one that failed first is forgotten first: it stays failed, and cannot be tried again. */
export const MAX_KEPT_FAILURES = 100_000;

/** One URL that failed. */
export interface FailedTarget<T> {
  readonly entry: T;
  readonly failure: TargetFailure;
}

/** Failed URLs, in the order of failing. */
export class FailedTargets<T extends { readonly url: string }> {
  readonly #byUrl = new Map<string, FailedTarget<T>>();

  add(failed: FailedTarget<T>): void {
    this.#byUrl.set(failed.entry.url, failed);
    if (this.#byUrl.size > MAX_KEPT_FAILURES) this.#byUrl.delete(this.#byUrl.keys().next().value!);
  }

  failureOf(url: string): TargetFailure | null {
    return this.#byUrl.get(url)?.failure ?? null;
  }

  /** Takes out all of them, or those with one reason. */
  take(reason?: string): T[] {
    const taken: T[] = [];
    for (const [url, { entry, failure }] of this.#byUrl) {
      if (reason !== undefined && failure.reason !== reason) continue;
      this.#byUrl.delete(url);
      taken.push(entry);
    }
    return taken;
  }
}
