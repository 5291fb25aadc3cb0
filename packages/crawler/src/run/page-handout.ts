/**
 * Pages between the visits and the consumer: those that wait to be taken, those the consumer has, and takers that came too early. It
 * does not know what becomes of a page; the code that finishes one settles it.
 */
import type { ClaimedTarget, CrawlTarget } from '../frontier/frontier.ts';
import type { Page } from '../visit/page.ts';

/** A page on its way to the consumer, with the lease it holds. */
export interface Delivery {
  readonly target: ClaimedTarget;
  readonly page: Page;
  readonly discovered: readonly CrawlTarget[];
  readonly records: readonly unknown[] | undefined;
}

/** Who waits for a page: gets it, or undefined at the end. */
export interface Taker {
  resolve(delivery: Delivery | undefined): void;
  reject(error: unknown): void;
}

/** How everything ended: well, or with an error. */
type End = { readonly error: unknown } | 'well';

/** Hands pages to takers in order of arrival. Bounded by the run, which claims no more URLs than it has room for. */
export class PageHandout {
  readonly #ready: Delivery[] = [];
  readonly #handed = new Map<string, Delivery>();
  readonly #takers: Taker[] = [];
  #closed = false;
  #end: End | undefined;
  #onEmpty: (() => void) | undefined;

  push(delivery: Delivery): void {
    this.#ready.push(delivery);
    this.#serve();
  }

  /** Waits for the next page. What it returns takes the wish back. */
  take(taker: Taker): () => void {
    this.#takers.push(taker);
    if (this.#end === undefined) this.#serve();
    else this.#answer(this.#end);
    return () => {
      const index = this.#takers.indexOf(taker);
      if (index !== -1) this.#takers.splice(index, 1);
    };
  }

  /** Takes a page off the consumer's hands; false when it was taken back before. `noticeFinished` is to follow. */
  finish(token: string): boolean {
    return this.#handed.delete(token);
  }

  /** Tells who waits in `whenFinished`; after what `finish` led to is on its way. */
  noticeFinished(): void {
    if (this.#handed.size === 0) this.#onEmpty?.();
  }

  /** Hands out nothing further; gives the tokens of the pages that nobody took. */
  close(): string[] {
    this.#closed = true;
    return this.#ready.splice(0).map((delivery) => delivery.target.token);
  }

  /** Resolves when the consumer has finished every page it has. */
  whenFinished(): Promise<void> {
    if (this.#handed.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Takes all pages from a consumer that is gone; gives their tokens. */
  takeBack(): string[] {
    const tokens = [...this.#handed.keys()];
    this.#handed.clear();
    this.#onEmpty?.();
    return tokens;
  }

  /** Answers all who wait, and all who come later. */
  end(end: End): void {
    this.#end = end;
    this.#answer(end);
  }

  #serve(): void {
    while (!this.#closed && this.#ready.length > 0 && this.#takers.length > 0) {
      const delivery = this.#ready.shift()!;
      this.#handed.set(delivery.target.token, delivery);
      this.#takers.shift()!.resolve(delivery);
    }
  }

  #answer(end: End): void {
    for (const taker of this.#takers.splice(0)) {
      if (end === 'well') taker.resolve(undefined);
      else taker.reject(end.error);
    }
  }
}
