/** Rows as JSON Lines: one JSON value a line, UTF-8, `\n` behind each. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { CrawlSink } from './crawl-sink.ts';
import { FileOutput } from './file-output.ts';
import { OUTPUT_OPTION_NAMES, type OutputOptions } from './output-options.ts';

/**
 * A sink that writes each row as one line of JSON. It begins a file that is new or empty, goes on where the frontier's checkpoint says,
 * and refuses any other file unless `options` say what to do with it. `-` is standard output. The rows of a page are in the file together
 * or not at all, as far as the frontier has committed. A record that JSON cannot hold (a cycle, a BigInt) fails its page.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 * @throws OutputExistsError from the crawl, before its first request, when the file is somebody else's
 *
 * @example
 * ```ts
 * import { Crawler, jsonl } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(jsonl('pages.jsonl', { append: true }));
 * ```
 */
export function jsonl(path: string, options: OutputOptions = {}): CrawlSink {
  checkOptions(options, OUTPUT_OPTION_NAMES, 'jsonl()');
  return new FileOutput(path, { head: '', line: (row) => `${JSON.stringify(row) ?? 'null'}\n` }, options);
}
