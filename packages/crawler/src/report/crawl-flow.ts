/** What limits a crawl at one moment: its consumer, its requests, or the frontier. Figures in, a stream's flow report out. */
import type { FlowReport, FlowStage } from '@oxbow/stream';
import type { CrawlState } from './crawl-statistics.ts';

/** What a run tells of itself. */
export interface CrawlLoad {
  readonly state: CrawlState;
  /** Requests that may be out at a time. */
  readonly concurrency: number;
  /** Requests that are out. */
  readonly visits: number;
  /** Answered URLs that the consumer has or that wait for it. */
  readonly unfinished: number;
  /** How many of those hold back further requests. */
  readonly maxUnfinished: number;
  /** Who takes the pages: a sink by the name of its output. */
  readonly consumer: string;
  /** URLs that wait in the frontier. */
  readonly queued: number;
  /** 2xx answers that may still come; `Infinity` without a limit. */
  readonly pagesLeft: number;
  /** Milliseconds until a host may be asked again, of those with URLs waiting; undefined where none is waited for. */
  readonly dueInMs: number | undefined;
  /** Milliseconds since no further URL could be claimed; undefined while they are. */
  readonly heldMs: number | undefined;
}

/** Which stage limits the crawl; `nothing`: everything goes on as fast as it is found. */
type Limit = 'consumer' | 'visits' | 'frontier' | 'nothing';

/** Describes a crawl as a pipeline of three stages, the consumer's at the end. */
export function reportCrawl(load: CrawlLoad): FlowReport {
  const limit = limitOf(load);
  const { unfinished, visits, queued, consumer } = load;
  const frontier = stage('frontier', queued, limit === 'frontier', load, frontierWaitsFor(load), []);
  const isFull = limit === 'visits' || limit === 'consumer';
  const requests = stage(
    'requests',
    visits,
    isFull,
    load,
    requestsWaitFor(load),
    [frontier],
    limit === 'consumer',
  );
  const last = stage(consumer, unfinished, limit === 'consumer', load, consumerWaitsFor(load), [requests]);
  const blocker = { consumer: last, visits: requests, frontier, nothing: undefined }[limit];
  return Object.freeze({
    consumers: Object.freeze([last]),
    blocker,
    toString: () => inWords(limit, load),
  });
}

function limitOf(load: CrawlLoad): Limit {
  if (load.state === 'paused') return 'frontier';
  if (load.unfinished >= load.maxUnfinished) return 'consumer';
  if (load.queued === 0 || load.heldMs === undefined) return 'nothing';
  if (load.visits >= load.concurrency || load.pagesLeft <= load.visits) return 'visits';
  if (load.dueInMs !== undefined) return 'frontier';
  // Nothing is due before something comes back: hosts are busy with what is out, or with pages nobody has finished.
  if (load.visits > 0) return 'visits';
  return load.unfinished > 0 ? 'consumer' : 'nothing';
}

function stage(
  name: string,
  queued: number,
  paused: boolean,
  { heldMs }: CrawlLoad,
  waitsFor: string,
  upstream: readonly FlowStage[],
  passesOn = false,
): FlowStage {
  return Object.freeze({
    name,
    createdAt: undefined,
    paused,
    passesOn,
    pausedMs: paused && !passesOn ? (heldMs ?? 0) : 0,
    pauses: 0,
    queued,
    dropped: 0,
    waitsFor,
    circular: false,
    upstream: Object.freeze(upstream),
    waitingSources: 0,
  });
}

function consumerWaitsFor({ unfinished }: CrawlLoad): string {
  return unfinished === 0 ? 'pages' : `${counted(unfinished, 'page')} to be finished`;
}

function requestsWaitFor({ visits }: CrawlLoad): string {
  return visits === 0 ? 'URLs' : `${counted(visits, 'answer')}`;
}

function frontierWaitsFor({ state, queued, visits, dueInMs }: CrawlLoad): string {
  if (state === 'paused') return 'resume()';
  if (queued === 0) return visits === 0 ? 'links' : 'links of the pages that are out';
  return dueInMs === undefined ? 'room for another request' : `the pause of its hosts, ${inMs(dueInMs)} more`;
}

function inWords(limit: Limit, load: CrawlLoad): string {
  const { visits, queued, unfinished, consumer, dueInMs, state, concurrency, pagesLeft } = load;
  const waiting = `${counted(queued, 'URL')} ${queued === 1 ? 'waits' : 'wait'}`;
  if (state === 'paused') return `The crawl is paused: ${waiting} for resume().`;
  if (limit === 'consumer')
    return `${consumer} holds back the requests: ${counted(unfinished, 'page')} ${unfinished === 1 ? 'waits' : 'wait'} for it.`;
  if (limit === 'visits' && pagesLeft <= visits)
    return `As many pages as were asked for are on their way: ${areOut(visits)}.`;
  if (limit === 'visits' && visits < concurrency)
    return `The hosts are asked by as many requests as each may get: ${areOut(visits)}, and ${waiting}.`;
  if (limit === 'visits')
    return `The sites' answers are waited for: all ${concurrency} requests are out, and ${waiting}. A higher concurrency sends more at a time.`;
  if (limit === 'frontier')
    return `The pauses between requests to a host are waited for: ${waiting}, the next for ${inMs(dueInMs ?? 0)} more.`;
  return `Nobody is held back: ${areOut(visits)}, and ${queued === 0 ? 'no URL waits' : waiting}.`;
}

function areOut(visits: number): string {
  if (visits === 0) return 'no request is out';
  return `${counted(visits, 'request')} ${visits === 1 ? 'is' : 'are'} out`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function inMs(ms: number): string {
  return ms < 1000 ? `${Math.ceil(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
