/** Rows as JSON Lines: one JSON value a line, UTF-8, `\n` behind each. */
import type { CrawlSink } from './crawl-sink.ts';
import { FileOutput } from './file-output.ts';

/**
 * A sink that writes each row as one line of JSON. Starts the file anew, or goes on where the frontier's checkpoint says.
 * The rows of a page are in the file together or not at all, as far as the frontier has committed.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 */
export function jsonl(path: string): CrawlSink {
  return new FileOutput(path, { head: '', line: (row) => `${JSON.stringify(row) ?? 'null'}\n` });
}
