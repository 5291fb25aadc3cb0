/**
 * Turns what a crawl tells about itself into numbered messages for the pages. Sans I/O and without a clock: it is told
 * the time, and hands out values. Whatever it keeps for late viewers is bounded.
 */
import type { FailureNote } from '@oxbow/crawler/command';
import { FailureGroups } from './failure-groups.ts';
import type {
  CrawlFigures,
  CrawlSettings,
  PageNote,
  SeriesPoint,
  Snapshot,
  TreeNode,
  Update,
} from './feed-message.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { extended } from './series.ts';

/** Pages drawn in the tree; later ones are counted, not drawn. */
export const MAX_NODES = 10_000;
/** Rows kept for a viewer who comes late. */
export const MAX_RECENT = 60;
/** Rows of "slowest pages". */
export const MAX_SLOWEST = 12;
/** The status of URLs that nobody answered. */
export const NO_ANSWER = 0;
/** Sentences kept that a person should know. */
export const MAX_NOTICES = 20;
/** Seconds whose mean rate tells how long the rest will take; before as many as the least have passed, nobody can tell. */
const RATE_SECONDS = { least: 3, most: 20 } as const;
/** What is left of a second at the end is drawn if it is as long as this, in milliseconds. */
const LAST_STRETCH_MS = 100;
/** URLs and titles longer than this are cut in messages. */
export const MAX_TEXT_CHARACTERS = 300;

/** One answered URL, as the crawl reports it. */
export interface AnsweredPage extends PageNote {
  readonly referrer: string | null;
}

/** The crawl's own counts; the feed adds what it derives over time. */
export type CrawlCounts = Omit<
  CrawlFigures,
  'pagesPerSecond' | 'bytesPerSecond' | 'slowest' | 'elapsedMs' | 'leftMs' | 'latency' | 'statuses'
>;

export class CrawlFeed {
  readonly #seeds: readonly string[];
  readonly #settings: CrawlSettings;
  #sequence = 0;
  #nodes: TreeNode[] = [];
  readonly #nodeOfUrl = new Map<string, number>();
  #recent: PageNote[] = [];
  readonly #failures = new FailureGroups();
  #hasNewFailures = false;
  #notices: readonly string[] = [];
  #hasNewNotices = false;
  readonly #latency = new LatencyHistogram();
  #series: readonly SeriesPoint[] = [];
  #slowest: PageNote[] = [];
  readonly #statuses = new Map<number, number>();
  #newNodes: TreeNode[] = [];
  #newRecent: PageNote[] = [];
  #secondStartMs = 0;
  #secondPages = 0;
  #secondBytes = 0;
  #answered = 0;
  #bytes = 0;
  #worstLagMs = 0;
  /** Of the whole crawl. */
  #crawlLagMs = 0;
  /** URLs answered in each of the last seconds. */
  #answeredPerSecond: number[] = [];
  #rate: readonly [pagesPerSecond: number, bytesPerSecond: number] = [0, 0];
  #figures: CrawlFigures | undefined;

  constructor(seeds: readonly string[], settings: CrawlSettings) {
    this.#seeds = seeds.map(cut);
    this.#settings = settings;
  }

  /** Takes in one answered URL, in the order of arrival. */
  page(answered: AnsweredPage): void {
    // Field by field: what is handed in may carry a whole body.
    const { url, status, title, bytes, elapsedMs, referrer } = answered;
    const note: PageNote = {
      url: cut(url),
      status,
      title: title === null ? null : cut(title),
      bytes,
      elapsedMs: Math.round(elapsedMs),
    };
    this.#answered += 1;
    this.#bytes += note.bytes;
    this.#latency.add(elapsedMs);
    this.#countStatus(note.status);
    this.#newRecent = [note, ...this.#newRecent].slice(0, MAX_RECENT);
    this.#slowest = insertSlowest(this.#slowest, note);
    if (this.#nodes.length >= MAX_NODES) return;
    const parent = referrer === null ? undefined : this.#nodeOfUrl.get(referrer);
    const node: TreeNode = [parent ?? -1, note.status, note.url];
    this.#nodeOfUrl.set(answered.url, this.#nodes.length);
    this.#nodes.push(node);
    this.#newNodes.push(node);
  }

  /** Takes in one URL that came to nothing, or was answered with trouble. */
  failure(note: Pick<FailureNote, 'url' | 'reason' | 'kind'>): void {
    if (!isStatus(note.kind)) this.#countStatus(NO_ANSWER);
    this.#failures.add({ ...note, url: cut(note.url), reason: cut(note.reason) });
    this.#hasNewFailures = true;
  }

  /** Failed URLs of one kind are visited again. */
  retried(kind: string): void {
    this.#failures.forget(kind);
    this.#hasNewFailures = true;
  }

  /** Takes in something a person should know. */
  notice(sentence: string): void {
    this.#notices = [cut(sentence), ...this.#notices].slice(0, MAX_NOTICES);
    this.#hasNewNotices = true;
  }

  /**
   * The message for everybody: what came since the last one. Advances the plots when a second has passed.
   *
   * @param meanPagesPerSecond the crawl's mean rate so far
   */
  update(counts: CrawlCounts, elapsedMs: number, meanPagesPerSecond: number): Update {
    const isOver = counts.state === 'finished' || counts.state === 'stopped';
    if (!isOver) this.#crawlLagMs = Math.max(this.#crawlLagMs, counts.loopLagMs);
    const series = this.#advance(elapsedMs, counts.loopLagMs, isOver);
    if (isOver || this.#series.length === 0) {
      const bytesPerSecond = elapsedMs > 0 ? (this.#bytes * 1000) / elapsedMs : 0;
      this.#rate = [round(meanPagesPerSecond), Math.round(bytesPerSecond)];
    }
    this.#figures = this.#describe(counts, elapsedMs);
    this.#sequence += 1;
    const message: Update = {
      kind: 'update',
      sequence: this.#sequence,
      figures: this.#figures,
      series,
      recent: this.#newRecent,
      failures: this.#hasNewFailures ? this.#failures.list() : null,
      notices: this.#hasNewNotices ? this.#notices : null,
      nodes: this.#newNodes,
    };
    this.#recent = [...this.#newRecent, ...this.#recent].slice(0, MAX_RECENT);
    this.#newRecent = [];
    this.#hasNewFailures = false;
    this.#hasNewNotices = false;
    this.#newNodes = [];
    return message;
  }

  /** The whole picture as of the last update; undefined before the first. */
  snapshot(): Snapshot | undefined {
    if (this.#figures === undefined) return undefined;
    const drawn = this.#nodes.length - this.#newNodes.length;
    return {
      kind: 'snapshot',
      sequence: this.#sequence,
      seeds: this.#seeds,
      settings: this.#settings,
      figures: this.#figures,
      series: this.#series,
      recent: this.#recent,
      failures: this.#failures.list(),
      notices: this.#notices,
      nodes: this.#nodes.slice(0, drawn),
    };
  }

  #countStatus(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  #advance(elapsedMs: number, lagMs: number, isOver: boolean): SeriesPoint[] {
    this.#worstLagMs = Math.max(this.#worstLagMs, lagMs);
    const passedMs = elapsedMs - this.#secondStartMs;
    if (passedMs < (isOver ? LAST_STRETCH_MS : 1000)) return [];
    const pages = ((this.#answered - this.#secondPages) * 1000) / passedMs;
    const bytes = ((this.#bytes - this.#secondBytes) * 1000) / passedMs;
    const point: SeriesPoint = [
      round(elapsedMs / 1000),
      round(pages),
      Math.round(bytes),
      round(this.#worstLagMs),
    ];
    this.#rate = [round(pages), Math.round(bytes)];
    this.#answeredPerSecond = [pages, ...this.#answeredPerSecond].slice(0, RATE_SECONDS.most);
    this.#series = extended(this.#series, [point]);
    this.#secondStartMs = elapsedMs;
    this.#secondPages = this.#answered;
    this.#secondBytes = this.#bytes;
    this.#worstLagMs = 0;
    return [point];
  }

  #describe(counts: CrawlCounts, elapsedMs: number): CrawlFigures {
    const [pagesPerSecond, bytesPerSecond] = this.#rate;
    const statuses = [...this.#statuses].sort((a, b) => b[1] - a[1]);
    return {
      ...counts,
      loopLagMs: round(this.#crawlLagMs),
      elapsedMs: Math.round(elapsedMs),
      leftMs: this.#leftMs(counts),
      latency: this.#latency.percentiles(),
      pagesPerSecond,
      bytesPerSecond,
      statuses,
      slowest: this.#slowest,
    };
  }

  /** Of what is known by now: links that nobody has read yet are not in it. */
  #leftMs({ state, queued, inFlight, pages }: CrawlCounts): number | null {
    const seconds = this.#answeredPerSecond;
    if (state !== 'crawling' || seconds.length < RATE_SECONDS.least) return null;
    const perSecond = seconds.reduce((sum, count) => sum + count, 0) / seconds.length;
    const { maxPages } = this.#settings;
    const left = Math.min(queued + inFlight, maxPages === null ? Number.POSITIVE_INFINITY : maxPages - pages);
    return perSecond > 0 ? Math.round((left * 1000) / perSecond) : null;
  }
}

function isStatus(kind: string): boolean {
  return /^\d{3}$/.test(kind);
}

function insertSlowest(slowest: readonly PageNote[], note: PageNote): PageNote[] {
  const last = slowest.at(-1);
  if (slowest.length >= MAX_SLOWEST && last !== undefined && note.elapsedMs <= last.elapsedMs)
    return [...slowest];
  return [...slowest, note].sort((a, b) => b.elapsedMs - a.elapsedMs).slice(0, MAX_SLOWEST);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS - 1)}…`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
