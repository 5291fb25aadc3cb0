/** The sink that a command line means: its format by name, or by the end of the file's. */
import { extname } from 'node:path';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { csv } from '../sink/csv.ts';
import { jsonl } from '../sink/jsonl.ts';
import type { OutputOptions } from '../sink/output-options.ts';
import { sqlite } from '../sink/sqlite.ts';
import { warc } from '../sink/warc.ts';
import type { OutputFormat } from './command-line.ts';

const FORMAT_OF_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  '.csv': 'csv',
  '.db': 'sqlite',
  '.sqlite': 'sqlite',
  '.sqlite3': 'sqlite',
  '.warc': 'warc',
};
const SINKS: Readonly<Record<OutputFormat, (path: string, options: OutputOptions) => CrawlSink>> = {
  jsonl,
  csv,
  sqlite,
  warc,
};

/** Makes the sink for a path. @param format undefined: by the path's end, else jsonl */
export function outputSink(
  path: string,
  format: OutputFormat | undefined,
  options: OutputOptions,
): CrawlSink {
  const meant = format ?? FORMAT_OF_EXTENSION[extname(path).toLowerCase()] ?? 'jsonl';
  return SINKS[meant](path, options);
}
