/** Opens what a run works with, in order, and closes what it opened. Wiring only. */
import { basename } from 'node:path';
import type { Session } from '@oxbow/http';
import { CancelledError } from '@oxbow/loop';
import { CrawlerOptionError, LoginError, SinkError } from '../errors.ts';
import { createFetch, createSession } from '../fetch/page-fetcher.ts';
import { PrivateAddressGuard } from '../fetch/private-address-guard.ts';
import type { Frontier, FrontierOptions, FrontierStatistics } from '../frontier/frontier.ts';
import { openFrontierFile } from '../frontier/frontier-file.ts';
import { type FrontierOpener, isFrontierOpener } from '../frontier/frontier-opener.ts';
import { MemoryFrontier } from '../frontier/memory-frontier.ts';
import { type CrawlerOptions, type ResolvedOptions, resolveOptions } from '../options/crawl-options.ts';
import { hostOptionsOf } from '../options/host-options.ts';
import { listOf } from '../options/seeds.ts';
import { optionsWith, originsOf, rulesOf, type StoredRules, storedRules } from '../options/stored-rules.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import type { Lookup } from '../report/explanation.ts';
import type { Reporter } from '../report/reporter.ts';
import { RobotsCache } from '../robots/robots-cache.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { hostOf } from '../url/canonical-url.ts';
import { CrawlScope } from '../url/scope.ts';
import { TrapGuard } from '../url/trap-guard.ts';
import { HostPolicy } from '../visit/host-policy.ts';
import { LinkPolicy } from '../visit/link-policy.ts';
import { PageHandler } from '../visit/page-handler.ts';
import { PageTargets } from '../visit/page-targets.ts';
import { RobotsPolicy } from '../visit/robots-policy.ts';
import type { Router } from '../visit/router.ts';
import type { Middleware } from '../visit/visit.ts';
import { Visitor } from '../visit/visitor.ts';
import { SettlementQueue } from './settlement-queue.ts';

/** What the run gives to its parts. */
export interface PartsContext {
  readonly given: CrawlerOptions;
  readonly router: Router;
  readonly middlewares: readonly Middleware[];
  readonly sink: CrawlSink | undefined;
  readonly counters: CrawlCounters;
  readonly reporter: Reporter;
  /** The time of day, in milliseconds, moved by the loop's clock. */
  readonly now: () => number;
  readonly onSettled: (tokens: readonly string[]) => void;
}

/** What a run works with. */
export interface CrawlParts {
  readonly options: ResolvedOptions;
  readonly frontier: Frontier;
  /** Other processes may work on it too: its counts are the crawl's, not this run's. */
  readonly isShared: boolean;
  readonly lookup: Lookup;
  readonly scope: CrawlScope;
  readonly links: LinkPolicy;
  readonly hosts: HostPolicy;
  readonly visitor: Visitor;
  readonly queue: SettlementQueue;
  /** Closes what was opened here, whatever of it fails to. */
  close(): Promise<void>;
}

/** A frontier with the options of its crawl. */
interface OpenedFrontier {
  readonly frontier: Frontier;
  readonly lookup: Lookup;
  readonly options: ResolvedOptions;
  readonly rules: StoredRules;
  readonly ownsIt: boolean;
}

/** Opens the frontier, the output and the session; plants the seeds. What is open already is closed when the rest fails. */
export async function openParts(context: PartsContext): Promise<CrawlParts> {
  const { sink, counters, onSettled } = context;
  const opened = await openFrontier(context);
  const { frontier, options, ownsIt, lookup } = opened;
  let session: Session | undefined;
  const close = async (): Promise<void> => {
    try {
      await sink?.close();
    } finally {
      // A frontier in memory stays open for explain(): it holds nothing but memory.
      if (ownsIt) await frontier.close();
      if (options.session === undefined) await session?.close();
    }
  };
  try {
    const output = sink === undefined ? '' : (sink.output ?? '');
    const known = await frontier.statistics(output);
    checkOutput(context, known, output);
    counters.restore(known.sums);
    await sink?.open(known.checkpoint, known.outputs.includes(output));
    session = options.session ?? createSession(options.login !== undefined);
    const queue = new SettlementQueue({ frontier, sink, output, counters, known, onSettled });
    await queue.begin();
    await signIn(options, session);
    const visiting = wireVisits(context, opened, session, queue, known.done > 0);
    await plantSeeds(options.seeds, frontier, visiting.hosts);
    const { frontier: from } = context.given;
    const isShared = typeof from === 'object' && !(from instanceof MemoryFrontier);
    return { ...visiting, options, frontier, isShared, lookup, queue, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function signIn({ login }: ResolvedOptions, session: Session): Promise<void> {
  try {
    await login?.(session);
  } catch (cause) {
    if (cause instanceof CancelledError) throw cause;
    throw new LoginError(cause);
  }
}

function wireVisits(
  context: PartsContext,
  { options, frontier, rules }: OpenedFrontier,
  session: Session,
  controls: SettlementQueue,
  isResumed: boolean,
): Pick<CrawlParts, 'scope' | 'links' | 'hosts' | 'visitor'> {
  const { router, middlewares, counters, reporter, now } = context;
  const guard = new PrivateAddressGuard();
  const fetch = createFetch(session, guard, options);
  const cache = new RobotsCache(fetch, options.userAgent, now, (url) => guard.isPrivate(url));
  const scope = new CrawlScope(options.scope, originsOf(rules));
  const links = createLinkPolicy(context, options, scope, cache);
  const hosts = new HostPolicy({ options, controls, reporter, now, isResumed });
  const robots = new RobotsPolicy({ options, robots: cache, hosts, links });
  let kept = rules;
  const widen = async (origin: string): Promise<void> => {
    scope.widen(origin);
    kept = { ...kept, widenedBy: [...new Set([...kept.widenedBy, origin])] };
    await frontier.rules(kept);
  };
  const hasCookies = session.cookies !== undefined;
  const targets = new PageTargets({ options, links, counters, reporter, guard, hasCookies, widen });
  const writesPages = (options.rows ?? (router.isEmpty ? 'pages' : 'records')) === 'pages';
  const handler = new PageHandler({ router, links, writesPages });
  const visitor = new Visitor({
    options,
    middlewares,
    fetch,
    guard,
    scope,
    hosts,
    robots,
    targets,
    handler,
    links,
    counters,
    reporter,
    now,
  });
  return { scope, links, hosts, visitor };
}

async function openFrontier(context: PartsContext): Promise<OpenedFrontier> {
  const { given } = context;
  if (typeof given.frontier === 'string') return openFile(context, given.frontier);
  if (given.frontier !== undefined && isFrontierOpener(given.frontier))
    return openElsewhere(context, given.frontier);
  const options = (stored: unknown) => {
    const merged = optionsWith(given, stored, 'the frontier');
    return { resolved: resolveOptions(merged), merged };
  };
  const frontier =
    given.frontier ?? new MemoryFrontier(frontierOptions(context, options(undefined).resolved));
  const stored = await frontier.rules();
  const { resolved, merged } = options(stored);
  const rules = rulesOf({ ...merged, seeds: resolved.seeds }, storedRules(stored, 'the frontier'));
  await frontier.rules(rules);
  const lookup: Lookup = (url) => frontier.lookup(url);
  return { frontier, lookup, options: resolved, rules, ownsIt: false };
}

async function openFile(context: PartsContext, path: string): Promise<OpenedFrontier> {
  const { given } = context;
  let resolved = resolveOptions(given);
  let merged = given;
  let stored: unknown;
  const { frontier, lookup } = await openFrontierFile(path, {
    recrawl: resolved.recrawl,
    create: listOf(given.seeds).length > 0,
    optionsFor: (rules) => {
      stored = rules;
      merged = optionsWith(given, rules, path);
      resolved = resolveOptions(merged);
      return frontierOptions(context, resolved);
    },
  });
  const rules = rulesOf({ ...merged, seeds: resolved.seeds }, storedRules(stored, path));
  await frontier.rules(rules);
  return { frontier, lookup, options: resolved, rules, ownsIt: true };
}

/** The rules of a crawl that others work on too are kept as they are, but for what was changed for all. */
async function openElsewhere(context: PartsContext, opener: FrontierOpener): Promise<OpenedFrontier> {
  const { given, sink } = context;
  let merged = given;
  let resolved = resolveOptions(given);
  let stored: unknown;
  const frontier = await opener.open({
    create: listOf(given.seeds).length > 0,
    output: sink?.output ?? '',
    optionsFor: (rules) => {
      stored = rules;
      merged = optionsWith(given, rules, opener.name);
      resolved = resolveOptions(merged);
      return frontierOptions(context, resolved);
    },
  });
  try {
    const known = storedRules(stored, opener.name);
    // How many requests one worker sends is its own matter.
    const { concurrency: _own, ...shared } = merged;
    const rules = rulesOf({ ...shared, seeds: resolved.seeds }, known);
    await frontier.rules(rules);
    return { frontier, lookup: lookupAt(opener, frontier), options: resolved, rules, ownsIt: true };
  } catch (error) {
    await frontier.close();
    throw error;
  }
}

/** Looks up in a frontier while it is open, and opens it for a moment after that. */
function lookupAt(opener: FrontierOpener, frontier: Frontier): Lookup {
  return async (url) => {
    try {
      return await frontier.lookup(url);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_OXBOW_CRAWLER_FRONTIER_CLOSED') throw error;
    }
    const again = await opener.open({ create: false, output: '' });
    try {
      return await again.lookup(url);
    } finally {
      await again.close();
    }
  };
}

function frontierOptions({ now }: PartsContext, options: ResolvedOptions): FrontierOptions {
  const { politeness, maxInFlightUndelayed, limits } = options;
  return {
    delayMs: politeness.delayMs,
    maxInFlightPerHost: politeness.maxInFlightPerHost,
    maxInFlightUndelayed,
    maxInFlightOf: (host) => hostOptionsOf(options.hosts, host)?.maxInFlight,
    maxUrlsPerHost: limits.maxUrlsPerHost,
    maxPages: limits.maxPages,
    byLevels: options.isDepthNamed,
    now,
  };
}

/** A crawl that has an output goes on in it: rows in two files would be found in neither. */
function checkOutput({ given, sink }: PartsContext, known: FrontierStatistics, output: string): void {
  if (sink === undefined || typeof given.frontier !== 'string' || sink.startsAnother === true) return;
  const others = known.outputs.filter((name) => name !== output && name !== '');
  if (others.length === 0 || known.outputs.includes(output)) return;
  throw new SinkError(
    output,
    `the crawl in ${basename(given.frontier)} is written to ${others.join(', ')}: go on with that output, ` +
      'or say append: true (--append) to begin another',
  );
}

function createLinkPolicy(
  { counters, reporter }: PartsContext,
  options: ResolvedOptions,
  scope: CrawlScope,
  robots: RobotsCache,
): LinkPolicy {
  const { limits, query } = options;
  const rules = {
    scope: scope.check,
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
  return new LinkPolicy(rules, counters, reporter);
}

async function plantSeeds(seeds: readonly string[], frontier: Frontier, hosts: HostPolicy): Promise<void> {
  if (seeds.length === 0) throw new CrawlerOptionError('seeds', 'the frontier keeps no seeds: give some');
  const names = new Set(seeds.map(hostOf));
  const hostDelays = Object.fromEntries([...names].map((host) => [host, hosts.baseDelayMs(host)]));
  await frontier.settle({ results: [], hostDelays });
  await frontier.offer(seeds.map((url) => ({ url, mayBePrivate: true })));
}
