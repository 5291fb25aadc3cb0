/** Results as Markdown: one table for each job, the targets beside what was measured, and what it was measured on. */
import type { RowResult, TableResult } from './results.ts';
import { summarize } from './statistics.ts';
import { formatFigure, type Verdict } from './verdict.ts';

/** What a report is made of. */
export interface Report {
  readonly title: string;
  readonly command: string;
  /** Where and with what: lines of text. */
  readonly conditions: readonly string[];
  readonly tables: readonly TableResult[];
  readonly verdicts: readonly Verdict[];
}

/** The section of one suite. */
export function renderReport({ title, command, conditions, tables, verdicts }: Report): string {
  return [
    `## ${title}`,
    `Written by \`${command}\`.`,
    conditions.map((line) => `- ${line}`).join('\n'),
    ...(verdicts.length === 0 ? [] : ['### Targets', renderVerdicts(verdicts)]),
    ...tables.flatMap((table) => [`### ${table.title}`, table.about, renderTable(table)]),
  ].join('\n\n');
}

/** One table: median, spread, and the ratio to the reference row. */
export function renderTable({ unit, reference, rows }: TableResult): string {
  const base = rows.find(({ name }) => name === reference);
  const baseMedian = base && base.samples.length > 0 ? summarize(base.samples).median : undefined;
  return grid(
    ['', `median, ${unit}`, 'min–max', `÷ ${reference}`],
    rows.map((row) => [row.name, ...figures(row, baseMedian)].map((cell) => cell.replaceAll('|', '\\|'))),
  );
}

/** The targets, each with its outcome. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  return grid(
    ['target', 'wanted', 'measured', ''],
    verdicts.map(({ text, wanted, measured, outcome }) => [
      text,
      wanted,
      measured,
      outcome === 'missed' ? '**missed**' : outcome,
    ]),
  );
}

function figures({ samples, missing }: RowResult, base: number | undefined): readonly string[] {
  if (samples.length === 0) return ['–', missing ?? 'not measured', ''];
  const { median, min, max } = summarize(samples);
  const ratio = base === undefined ? '' : formatFigure(median / base);
  return [formatFigure(median), `${formatFigure(min)}–${formatFigure(max)}`, ratio];
}

/** A Markdown table, padded so that it reads as plain text too; the first column is text, the others are figures. */
function grid(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) =>
    Math.max(3, cell.length, ...body.map((row) => (row[at] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
