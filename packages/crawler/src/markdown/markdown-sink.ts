/** Pages as one Markdown file, to be read as text by a language model or a person. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { FileOutput } from '../sink/file-output.ts';
import { OUTPUT_OPTION_NAMES, type OutputOptions } from '../sink/output-options.ts';
import type { Page } from '../visit/page.ts';
import { type MarkdownOptions, markdownOf } from './page-markdown.ts';

/** Options of `markdown`. */
export interface MarkdownSinkOptions extends MarkdownOptions, OutputOptions {}

/**
 * A sink that writes the readable text of every HTML page with a 2xx status, one behind the other, whatever handlers emit. Each is a
 * document with its `url`, `title` and `fetchedAt` in front matter (between two lines of `---`, values in JSON, which YAML reads). Pages
 * without text are left out. What becomes of a file that is there, see `jsonl`.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 *
 * @example
 * ```ts
 * import { Crawler } from '@oxbow/crawler';
 * import { markdown } from '@oxbow/crawler/markdown';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(markdown('pages.md'));
 * ```
 */
export function markdown(path: string, options: MarkdownSinkOptions = {}): CrawlSink {
  checkOptions(options, ['within', ...OUTPUT_OPTION_NAMES], 'markdown()');
  const { within, ...output } = options;
  const how = within === undefined ? {} : { within };
  return new MarkdownOutput(path, { head: '', line: (page) => documentOf(page as Page, how) }, output);
}

class MarkdownOutput extends FileOutput {
  readonly takes = 'pages' as const;
}

function documentOf(page: Page, options: MarkdownOptions): string {
  const { url, title, fetchedAt, status } = page;
  const text = status >= 200 && status < 300 ? markdownOf(page, options) : '';
  if (text === '') return '';
  const fields = Object.entries({ url, title, fetchedAt }).map(
    ([name, value]) => `${name}: ${JSON.stringify(value)}`,
  );
  return `---\n${fields.join('\n')}\n---\n\n${text}\n\n`;
}
