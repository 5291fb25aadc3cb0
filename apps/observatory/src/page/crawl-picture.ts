/** What a page knows of the crawl: the last snapshot with every update since. Notices a gap in the numbering. */
import type {
  CrawlFigures,
  CrawlSettings,
  FailureGroup,
  PageNote,
  SeriesPoint,
  Snapshot,
  TreeNode,
  Update,
} from '../feed-message.ts';
import { extended } from '../series.ts';

/** Rows kept of the last pages. */
export const MAX_ROWS = 60;

export class CrawlPicture {
  seeds: readonly string[] = [];
  settings: CrawlSettings | undefined;
  figures: CrawlFigures | undefined;
  series: readonly SeriesPoint[] = [];
  recent: readonly PageNote[] = [];
  failures: readonly FailureGroup[] = [];
  notices: readonly string[] = [];
  #sequence = -1;

  /** The points of the plots. One point is no line: it stands for the whole time from the beginning. */
  get plotted(): readonly SeriesPoint[] {
    const [first, second] = this.series;
    if (first === undefined || second !== undefined) return this.series;
    const [, ...values] = first;
    return [[0, ...values], first];
  }

  /** Takes one message in. `whole`: redraw everything; `more`: these nodes came; `gap`: ask for a snapshot. */
  take(
    message: Snapshot | Update,
  ): { kind: 'whole' | 'more'; nodes: readonly TreeNode[] } | { kind: 'gap' | 'old' } {
    if (message.kind === 'snapshot') {
      this.#sequence = message.sequence;
      this.seeds = message.seeds;
      this.settings = message.settings;
      this.figures = message.figures;
      this.series = message.series;
      this.recent = message.recent.slice(0, MAX_ROWS);
      this.failures = message.failures;
      this.notices = message.notices;
      return { kind: 'whole', nodes: message.nodes };
    }
    if (this.#sequence >= 0 && message.sequence <= this.#sequence) return { kind: 'old' };
    if (this.#sequence < 0 || message.sequence !== this.#sequence + 1) return { kind: 'gap' };
    this.#sequence = message.sequence;
    this.figures = message.figures;
    this.series = extended(this.series, message.series);
    this.recent = [...message.recent, ...this.recent].slice(0, MAX_ROWS);
    this.failures = message.failures ?? this.failures;
    this.notices = message.notices ?? this.notices;
    return { kind: 'more', nodes: message.nodes };
  }
}
