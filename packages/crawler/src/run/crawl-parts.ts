/** Opens what a run works with, in order, and closes what it opened. Wiring only. */
import type { Session } from '@oxbow/http';
import { createFetch, createSession } from '../fetch/page-fetcher.ts';
import { PrivateAddressGuard } from '../fetch/private-address-guard.ts';
import type { Frontier, FrontierOptions } from '../frontier/frontier.ts';
import { MemoryFrontier } from '../frontier/memory-frontier.ts';
import { openSqliteFrontier } from '../frontier/sqlite-frontier.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import { RobotsCache } from '../robots/robots-cache.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { hostOf } from '../url/canonical-url.ts';
import { compileScope } from '../url/scope.ts';
import { TrapGuard } from '../url/trap-guard.ts';
import { LinkPolicy } from '../visit/link-policy.ts';
import type { Router } from '../visit/router.ts';
import { Visitor } from '../visit/visitor.ts';
import { type CrawlCheckpoint, SettlementQueue } from './settlement-queue.ts';

/** What the run gives to its parts. */
export interface PartsContext {
  readonly options: ResolvedOptions;
  readonly router: Router;
  readonly sink: CrawlSink | undefined;
  readonly counters: CrawlCounters;
  /** The clock of the frontier, in milliseconds. */
  readonly now: () => number;
  readonly onSettled: (tokens: readonly string[]) => void;
}

/** What a run works with. */
export interface CrawlParts {
  readonly frontier: Frontier;
  readonly links: LinkPolicy;
  readonly visitor: Visitor;
  readonly queue: SettlementQueue;
  /** Closes what was opened here, whatever of it fails to. */
  close(): Promise<void>;
}

/** Opens the frontier, the output and the session; plants the seeds. What is open already is closed when the rest fails. */
export async function openParts(context: PartsContext): Promise<CrawlParts> {
  const { options, sink, counters } = context;
  const frontier = await openFrontier(context);
  let session: Session | undefined;
  const close = async (): Promise<void> => {
    try {
      await sink?.close();
    } finally {
      // A frontier in memory stays open for explain(): it holds nothing but memory.
      if (typeof options.frontier === 'string') await frontier.close();
      if (options.session === undefined) await session?.close();
    }
  };
  try {
    const checkpoint = (await frontier.statistics()).checkpoint as CrawlCheckpoint | undefined;
    if (checkpoint !== undefined) counters.restore(checkpoint.totals);
    await sink?.open(checkpoint?.sink);
    session = options.session ?? createSession(options);
    const queue = new SettlementQueue(frontier, sink, counters, checkpoint?.sink, context.onSettled);
    const fetch = createFetch(session, new PrivateAddressGuard(options.seeds), options);
    const robots = new RobotsCache(fetch, options.userAgent, context.now);
    const links = createLinkPolicy(context, robots);
    const onHostDelay = (host: string, delayMs: number): void => queue.delayHost(host, delayMs);
    const { router, now } = context;
    const visitor = new Visitor({ options, fetch, robots, links, router, counters, now, onHostDelay });
    await plantSeeds(options.seeds, frontier, visitor);
    return { frontier, links, visitor, queue, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function openFrontier({ options, now }: PartsContext): Promise<Frontier> {
  const { frontier, politeness, maxInFlightUndelayed, limits } = options;
  if (typeof frontier === 'object') return frontier;
  const frontierOptions: FrontierOptions = {
    delayMs: politeness.delayMs,
    maxInFlightPerHost: politeness.maxInFlightPerHost,
    maxInFlightUndelayed,
    maxUrlsPerHost: limits.maxUrlsPerHost,
    byLevels: options.isDepthNamed,
    now,
  };
  if (frontier === undefined) return new MemoryFrontier(frontierOptions);
  return openSqliteFrontier(frontier, { ...frontierOptions, recrawl: options.recrawl });
}

function createLinkPolicy({ options, counters }: PartsContext, robots: RobotsCache): LinkPolicy {
  const { limits, query, scope, seeds } = options;
  const rules = {
    scope: compileScope(scope, seeds),
    traps: new TrapGuard({
      maxPathSegments: limits.maxPathSegments,
      maxSegmentRepeats: limits.maxSegmentRepeats,
      maxQueriesPerPath: limits.maxQueriesPerPath,
      maxQueryPermutations: limits.maxQueryPermutations,
    }),
    maxDepth: limits.maxDepth,
    query,
    robotsOf: (url: string) => (options.robots.obey ? robots.peek(url) : undefined),
  };
  return new LinkPolicy(rules, counters);
}

async function plantSeeds(seeds: readonly string[], frontier: Frontier, visitor: Visitor): Promise<void> {
  const hosts = new Set(seeds.map(hostOf));
  const hostDelays = Object.fromEntries([...hosts].map((host) => [host, visitor.baseDelayMs(host)]));
  await frontier.settle({ results: [], hostDelays });
  await frontier.offer(seeds);
}
