/** The frontier that lives in memory: the rules of FrontierCore behind promises. What it knows ends with the process. */
import { randomUUID } from 'node:crypto';
import { FrontierError } from '../errors.ts';
import type {
  Claim,
  ClaimRequest,
  CrawlTarget,
  Frontier,
  FrontierOptions,
  FrontierState,
  FrontierStatistics,
  OfferReport,
  Settlement,
  TargetLookup,
} from './frontier.ts';
import { FrontierCore } from './frontier-core.ts';

/**
 * A frontier in memory: about 25 bytes for a URL that is settled, its text and some more while it waits.
 *
 * @example
 * ```ts
 * import { Crawler, MemoryFrontier } from '@oxbow/crawler';
 *
 * const crawl = new Crawler({ seeds: 'https://example.org/', frontier: new MemoryFrontier() });
 * for await (const page of crawl) console.log(page.url);
 * ```
 */
export class MemoryFrontier implements Frontier {
  readonly isDurable = false;
  readonly incarnation: string = randomUUID();
  readonly #core: FrontierCore;
  #closed = false;
  #rules: unknown;

  constructor(options: FrontierOptions = {}) {
    this.#core = new FrontierCore(options);
  }

  async offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport> {
    return this.#open().offer(urls).report;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    return this.#open().claim(request);
  }

  async settle(settlement: Settlement): Promise<OfferReport> {
    return this.#open().settle(settlement).report;
  }

  async renew(tokens: readonly string[], leaseMs: number): Promise<readonly string[]> {
    return this.#open().renew(tokens, leaseMs);
  }

  async reap(): Promise<number> {
    return this.#open().reap();
  }

  async lookup(url: string): Promise<TargetLookup> {
    return this.#open().lookup(url);
  }

  async retryFailed(request: { readonly reason?: string } = {}): Promise<number> {
    return this.#open().retryFailed(request.reason).count;
  }

  async statistics(output?: string): Promise<FrontierStatistics> {
    return this.#open().statistics(output);
  }

  async changed(signal?: AbortSignal): Promise<void> {
    await this.#open().changes.next(signal);
  }

  async control(state: FrontierState): Promise<void> {
    this.#open().control(state);
  }

  async rules(update?: unknown): Promise<unknown> {
    this.#open();
    if (update !== undefined) this.#rules = structuredClone(update);
    return this.#rules;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#core.changes.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(): FrontierCore {
    if (this.#closed) throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
    return this.#core;
  }
}
