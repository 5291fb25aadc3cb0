/** A crawl read by pulling: asking for the next page settles the one before. It knows one run. */
import type { Op } from '@oxbow/loop';
import { bindToTask, createOp, type Settle } from '@oxbow/loop/lowlevel';
import type { StreamIterator } from '@oxbow/stream';
import type { Page } from '../visit/page.ts';
import type { CrawlRun } from './crawl-run.ts';
import type { Delivery } from './page-handout.ts';

type Result = IteratorResult<Page, undefined>;

/**
 * The iterator behind `for await (const page of crawl)`. Leaving the loop, or cancelling a task that waits in `next()`, stops the
 * crawl. The page at hand and everything claimed is given back, to be fetched again on a resume. `return()` waits for that.
 */
export class CrawlIterator implements StreamIterator<Page> {
  readonly #begin: () => CrawlRun;
  readonly #signal: AbortSignal | undefined;
  readonly #handed: Delivery[] = [];
  #run: CrawlRun | undefined;
  #over = false;

  /** @param begin starts the crawl; called by the first `next()` */
  constructor(begin: () => CrawlRun, signal: AbortSignal | undefined) {
    this.#begin = begin;
    this.#signal = signal;
  }

  next(): Promise<Result> {
    return bindToTask((settle: Settle<Result>) => this.#take(settle));
  }

  pull(): Op<Result> {
    return createOp((settle: Settle<Result>) => this.#take(settle), { name: 'the next page' });
  }

  async return(): Promise<Result> {
    this.#over = true;
    await this.#run?.leave();
    return { done: true, value: undefined };
  }

  async throw(error?: unknown): Promise<Result> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): StreamIterator<Page> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #take(settle: Settle<Result>): (() => void) | undefined {
    if (this.#over) {
      settle.resolve({ done: true, value: undefined });
      return undefined;
    }
    if (this.#signal?.aborted) {
      settle.reject(this.#signal.reason);
      void this.return();
      return undefined;
    }
    let run = this.#run;
    if (run === undefined) {
      run = this.#begin();
      this.#run = run;
    }
    for (const delivery of this.#handed.splice(0)) run.finish(delivery);
    const onAbort = (): void => {
      untake();
      settle.reject(this.#signal?.reason);
      void this.return();
    };
    const done = (): void => this.#signal?.removeEventListener('abort', onAbort);
    this.#signal?.addEventListener('abort', onAbort, { once: true });
    const untake = run.take({
      resolve: (delivery) => {
        done();
        if (delivery === undefined) {
          this.#over = true;
          settle.resolve({ done: true, value: undefined });
        } else {
          this.#handed.push(delivery);
          settle.resolve({ done: false, value: delivery.page });
        }
      },
      reject: (error) => {
        done();
        this.#over = true;
        settle.reject(error);
      },
    });
    return () => {
      done();
      untake();
      void this.return();
    };
  }
}
