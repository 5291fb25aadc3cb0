/** Pages as a web archive: WARC 1.1, one response and one metadata record for each. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { Page } from '../visit/page.ts';
import { warcRecords } from '../warc/warc-record.ts';
import type { CrawlSink } from './crawl-sink.ts';
import { FileOutput } from './file-output.ts';
import { OUTPUT_OPTION_NAMES, type OutputOptions } from './output-options.ts';

/**
 * A sink that records every page answered, whatever handlers emit: status, headers and the decoded body, with depth, referrer and links
 * beside it. `replayWarc(path)` runs the crawl again from it. What becomes of a file that is there, see `jsonl`.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 *
 * @example
 * ```ts
 * import { Crawler, warc } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(warc('pages.warc'));
 * ```
 */
export function warc(path: string, options: OutputOptions = {}): CrawlSink {
  checkOptions(options, OUTPUT_OPTION_NAMES, 'warc()');
  return new WarcOutput(path, { head: '', line: (page) => warcRecords(page as Page) }, options);
}

class WarcOutput extends FileOutput {
  readonly takes = 'pages' as const;
}
