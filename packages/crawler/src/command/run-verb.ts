/** `oxbow-crawl run FILE`: runs the crawl that a program's file exports. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Crawler } from '../crawler.ts';
import type { CrawlRequest } from './command-line.ts';
import { EXIT, type Surroundings } from './crawl-verb.ts';
import { outputSink } from './output-file.ts';
import { summaryLine } from './summary-line.ts';

/** Runs the file's default export: a Crawler, or a function that gives one. */
export async function runVerb(
  file: string,
  request: CrawlRequest,
  { stdout, stderr, folder }: Surroundings,
): Promise<number> {
  const module = (await import(pathToFileURL(resolve(folder, file)).href)) as { default?: unknown };
  const exported = typeof module.default === 'function' ? await module.default() : module.default;
  if (!(exported instanceof Crawler)) {
    stderr.write(
      `oxbow-crawl: ${file} exports no crawl: write "export default new Crawler({ … })", or a function that gives one\n`,
    );
    return EXIT.usage;
  }
  const { out, format, append, overwrite } = request;
  try {
    if (out === undefined) await exported.forEach(() => {});
    else
      await exported.to(
        await outputSink(out === '-' ? out : resolve(folder, out), format, { append, overwrite }),
      );
  } finally {
    const totals = exported.statistics();
    (out === '-' ? stderr : stdout).write(`${summaryLine(totals)}\n`);
  }
  return exported.statistics().pages === 0 ? EXIT.failed : 0;
}
