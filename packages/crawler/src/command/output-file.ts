/** The sink that a command line means: its format by name, or by the end of the file's. */
import { extname } from 'node:path';
import { SinkError } from '../errors.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { csv } from '../sink/csv.ts';
import { dot } from '../sink/dot.ts';
import { graphml } from '../sink/graphml.ts';
import { jsonl } from '../sink/jsonl.ts';
import type { OutputOptions } from '../sink/output-options.ts';
import { sqlite } from '../sink/sqlite.ts';
import { warc } from '../sink/warc.ts';
import type { OutputFormat } from './command-line.ts';

const FORMAT_OF_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  '.csv': 'csv',
  '.db': 'sqlite',
  '.dot': 'dot',
  '.graphml': 'graphml',
  '.gv': 'dot',
  '.md': 'markdown',
  '.parquet': 'parquet',
  '.sqlite': 'sqlite',
  '.sqlite3': 'sqlite',
  '.warc': 'warc',
};

type MakeSink = (path: string, options: OutputOptions) => CrawlSink;

/** Those of doors that ask for libraries are loaded when they are named. */
const SINKS: Readonly<Record<OutputFormat, () => MakeSink | Promise<MakeSink>>> = {
  jsonl: () => jsonl,
  csv: () => csv,
  sqlite: () => sqlite,
  warc: () => warc,
  graphml: () => graphml,
  dot: () => dot,
  markdown: async () => (await import('../markdown/index.ts')).markdown,
  parquet: async () => (await import('../parquet/index.ts')).parquet,
};

/**
 * Makes the sink for a path.
 * @param format undefined: by the path's end, else jsonl
 * @throws SinkError for a format whose library is not installed
 */
export async function outputSink(
  path: string,
  format: OutputFormat | undefined,
  options: OutputOptions,
): Promise<CrawlSink> {
  const meant = format ?? FORMAT_OF_EXTENSION[extname(path).toLowerCase()] ?? 'jsonl';
  const make = await Promise.resolve(SINKS[meant]()).catch((cause: NodeJS.ErrnoException) => {
    const library = /'([^']+)'/.exec(cause.message)?.[1];
    if (cause.code !== 'ERR_MODULE_NOT_FOUND' || library === undefined) throw cause;
    throw new SinkError(path, `${meant} needs a library that is not installed: npm install ${library}`, {
      cause,
    });
  });
  return make(path, options);
}
