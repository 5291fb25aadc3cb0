/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';
import type { CrawlSink } from './crawl-sink.ts';
import { FileOutput } from './file-output.ts';
import { OUTPUT_OPTION_NAMES, type OutputOptions } from './output-options.ts';
import { PAGE_COLUMNS } from './page-columns.ts';

/** Options of `csv`. */
export interface CsvOptions extends OutputOptions {
  /** The fields to write, in order; other fields are left out, missing ones are empty. Default: those of a page's row. */
  readonly columns?: readonly string[];
}

const NEEDS_QUOTES = /[",\r\n]/;
/** What spreadsheets take for a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/;
/** Signed numbers, dates and phone numbers: digits and what stands between them can call nothing. */
const NUMBER_CHARACTERS = /^[+-]?[\d\s.,:()/%-]+(?:e[+-]?\d+)?$/i;

/**
 * A sink that writes each row as one line of CSV under a line of column names. Lists are joined by spaces, objects are JSON, and a
 * text that a spreadsheet would run as a formula gets a leading `'`. What becomes of a file that is there, see `jsonl`.
 *
 * @example
 * ```ts
 * import { Crawler, csv } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(csv('pages.csv', { columns: ['url', 'title'] }));
 * ```
 */
export function csv(path: string, options: CsvOptions = {}): CrawlSink {
  checkOptions(options, ['columns', ...OUTPUT_OPTION_NAMES], 'csv()');
  const columns = options.columns ?? PAGE_COLUMNS;
  if (columns.length === 0) throw new CrawlerOptionError('columns', 'csv() needs at least one column');
  const lineOf = (values: readonly unknown[]) => `${values.map(cell).join(',')}\r\n`;
  const format = {
    head: lineOf(columns),
    line: (row: unknown) => lineOf(columns.map((column) => fieldOf(row, column))),
  };
  return new FileOutput(path, format, options);
}

function fieldOf(row: unknown, column: string): unknown {
  return typeof row === 'object' && row !== null && Object.hasOwn(row, column)
    ? (row as Record<string, unknown>)[column]
    : undefined;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((element) => typeof element !== 'object')
        ? value.join(' ')
        : (JSON.stringify(value) ?? '');
  const isFormula = FORMULA_START.test(text) && !(NUMBER_CHARACTERS.test(text) && /\d/.test(text));
  const safe = isFormula ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
