/**
 * Turns what a crawl tells about itself into numbered messages for the pages. Sans I/O and without a clock: it is told
 * the time, and hands out values. Whatever it keeps for late viewers is bounded.
 */
import type {
  CrawlFigures,
  FailureNote,
  PageNote,
  SeriesPoint,
  Snapshot,
  TreeNode,
  Update,
} from './feed-message.ts';
import { extended } from './series.ts';

/** Pages drawn in the tree; later ones are counted, not drawn. */
export const MAX_NODES = 4000;
/** Rows kept for a viewer who comes late. */
export const MAX_RECENT = 60;
/** Rows of "slowest pages". */
export const MAX_SLOWEST = 12;
/** The status of URLs that nobody answered. */
export const NO_ANSWER = 0;
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
  'pagesPerSecond' | 'bytesPerSecond' | 'slowest' | 'elapsedMs' | 'statuses'
>;

export class CrawlFeed {
  readonly #seeds: readonly string[];
  #sequence = 0;
  #nodes: TreeNode[] = [];
  readonly #nodeOfUrl = new Map<string, number>();
  #recent: PageNote[] = [];
  #failures: FailureNote[] = [];
  #series: readonly SeriesPoint[] = [];
  #slowest: PageNote[] = [];
  readonly #statuses = new Map<number, number>();
  #newNodes: TreeNode[] = [];
  #newRecent: PageNote[] = [];
  #newFailures: FailureNote[] = [];
  #secondStartMs = 0;
  #secondPages = 0;
  #secondBytes = 0;
  #answered = 0;
  #bytes = 0;
  #worstLagMs = 0;
  /** Of the whole crawl. */
  #crawlLagMs = 0;
  #lastAnswered: string | undefined;
  #rate: readonly [pagesPerSecond: number, bytesPerSecond: number] = [0, 0];
  #figures: CrawlFigures | undefined;

  constructor(seeds: readonly string[]) {
    this.#seeds = seeds.map(cut);
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
    this.#lastAnswered = url;
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

  /** Takes in one URL that came to nothing, or was answered with trouble: then right behind its page. */
  failure(note: FailureNote): void {
    if (note.url !== this.#lastAnswered) this.#countStatus(NO_ANSWER);
    const short = { url: cut(note.url), reason: cut(note.reason) };
    this.#newFailures = [short, ...this.#newFailures].slice(0, MAX_RECENT);
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
      failures: this.#newFailures,
      nodes: this.#newNodes,
    };
    this.#recent = [...this.#newRecent, ...this.#recent].slice(0, MAX_RECENT);
    this.#failures = [...this.#newFailures, ...this.#failures].slice(0, MAX_RECENT);
    this.#newRecent = [];
    this.#newFailures = [];
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
      figures: this.#figures,
      series: this.#series,
      recent: this.#recent,
      failures: this.#failures,
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
      pagesPerSecond,
      bytesPerSecond,
      statuses,
      slowest: this.#slowest,
    };
  }
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
