/**
 * How a crawl without a page shows that it is alive: a bar that redraws itself on a terminal, a plain line now and
 * then anywhere else. Draws what it is told; it neither counts nor keeps time.
 */
import { formatBytes } from './format.ts';

/** What one drawing of the bar needs. */
export interface ProgressFigures {
  readonly pages: number;
  readonly queued: number;
  readonly failed: number;
  readonly bytes: number;
  readonly pagesPerSecond: number;
  /** The page limit, when the user gave one: the bar then measures against it. */
  readonly maxPages: number | undefined;
  /** The URL fetched last. */
  readonly lastUrl: string | undefined;
}

/** Where the bar is drawn. */
export interface ProgressTarget {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** A bar redraws ten times a second; a log gets a line every two seconds. */
export const REDRAW_MS = { terminal: 100, plain: 2000 } as const;

const BAR_CELLS = 24;
const CLEAR_LINE = '\r\u001b[2K';

/** One text line of the figures; `width` cuts it to a terminal's columns. */
export function progressText(figures: ProgressFigures, width: number = Number.POSITIVE_INFINITY): string {
  const known = figures.pages + figures.failed + figures.queued;
  const goal = Math.min(figures.maxPages ?? Number.POSITIVE_INFINITY, Math.max(known, 1));
  const share = Math.min(1, (figures.pages + figures.failed) / goal);
  const filled = Math.round(share * BAR_CELLS);
  const text =
    `[${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}] ` +
    `${figures.pages} pages, ${figures.queued} queued, ${figures.failed} failed, ` +
    `${formatBytes(figures.bytes)}, ${figures.pagesPerSecond.toFixed(1)} pages/s`;
  const tail = figures.lastUrl === undefined ? '' : `  ${printable(figures.lastUrl)}`;
  return text.length + tail.length <= width ? text + tail : (text + tail).slice(0, Math.max(0, width));
}

/** Draws progress until `end()`; the terminal's line is given back clean. */
export class ProgressLine {
  readonly #target: ProgressTarget;
  #drawn = false;

  constructor(target: ProgressTarget) {
    this.#target = target;
  }

  /** How often `draw` is worth calling, in milliseconds. */
  get intervalMs(): number {
    return this.#target.isTTY ? REDRAW_MS.terminal : REDRAW_MS.plain;
  }

  draw(figures: ProgressFigures): void {
    if (this.#target.isTTY) {
      const width = Math.max(20, (this.#target.columns ?? 80) - 1);
      this.#target.write(CLEAR_LINE + progressText(figures, width));
      this.#drawn = true;
      return;
    }
    this.#target.write(
      `${figures.pages} pages, ${figures.queued} queued, ${figures.failed} failed, ` +
        `${formatBytes(figures.bytes)}, ${figures.pagesPerSecond.toFixed(1)} pages/s\n`,
    );
  }

  /** A sentence that stays, above the bar. */
  note(sentence: string): void {
    this.end();
    this.#target.write(`oxbow: ${printable(sentence)}\n`);
  }

  end(): void {
    if (this.#drawn) this.#target.write(CLEAR_LINE);
    this.#drawn = false;
  }
}

/** A crawled URL is a stranger's text: control characters would steer the terminal. */
function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a0-\uffff]/g, '?');
}
