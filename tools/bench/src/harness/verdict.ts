/** Whether a target was met, said plainly. */
import type { Results } from './results.ts';
import type { Target } from './suite.ts';

/** A target beside what was measured. */
export interface Verdict {
  readonly text: string;
  readonly wanted: string;
  readonly measured: string;
  readonly outcome: 'met' | 'missed' | 'not measured';
}

/** Judges one target. A figure exactly at the limit meets it. */
export function judge(target: Target, results: Results): Verdict {
  const { text, limit, is, unit } = target;
  const value = target.measure(results);
  const wanted = `${is} ${withUnit(String(limit), unit)}`;
  if (value === undefined) return { text, wanted, measured: '–', outcome: 'not measured' };
  const isMet = is === 'at most' ? value <= limit : value >= limit;
  const rounded = formatFigure(value);
  // A miss by a hair must not read as met.
  const figure = Number(rounded) === limit && value !== limit ? String(value) : rounded;
  return { text, wanted, measured: withUnit(figure, unit), outcome: isMet ? 'met' : 'missed' };
}

/** Three significant digits; whole numbers from 100 on. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return Number(value.toPrecision(3)).toString();
}

function withUnit(figure: string, unit: string): string {
  return unit === '×' || unit === '%' || unit === ''
    ? `${figure}${unit === '%' ? ' %' : unit}`
    : `${figure} ${unit}`;
}
