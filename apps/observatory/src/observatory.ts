/** What `npm start` does: reads the command line, opens what is to be crawled, crawls it, and says how it went. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CrawlRequest, HELP, readCommandLine } from './command-line.ts';
import { CrawlJob, type JobFiles } from './crawl-job.ts';
import { openEmbeddedSite } from './embedded-site.ts';
import { observedCrawl } from './observed-crawl.ts';
import { type Output, plainCrawl } from './plain-crawl.ts';

/** Where the program runs. */
export interface Surroundings extends Output {
  /** The repository: its Markdown is the embedded site. */
  readonly root: string;
  /** Where relative paths on the command line start. */
  readonly folder: string;
}

/** Exit codes beside 0 and the 130 of Ctrl-C. */
export const EXIT = { failed: 1, usage: 2 } as const;

/** Runs the program; gives its exit code. Cancelling the calling task ends it cleanly. */
export async function observatory(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const line = readCommandLine(args);
  if (line.kind === 'help') {
    surroundings.stdout.write(HELP);
    return 0;
  }
  if (line.kind === 'refused') {
    surroundings.stderr.write(`oxbow: ${line.message}\n`);
    return EXIT.usage;
  }
  if (line.request.hasCredentials) {
    surroundings.stderr.write('oxbow: the user name and password in a URL are not sent\n');
  }
  if (line.request.urls.length > 0) return crawlSites(line.request.urls, line.request, surroundings);
  const site = await openEmbeddedSite(surroundings.root);
  try {
    return await crawlSites([site.url], line.request, surroundings);
  } finally {
    await site.close();
  }
}

async function crawlSites(
  seeds: readonly string[],
  request: CrawlRequest,
  surroundings: Surroundings,
): Promise<number> {
  const inFolder = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : resolve(surroundings.folder, file);
  const files = { out: inFolder(request.out), frontier: inFolder(request.frontier) };
  const refusal = refusalOf(request, files);
  if (refusal !== undefined) {
    surroundings.stderr.write(`oxbow: ${refusal}\n`);
    return EXIT.usage;
  }
  if (request.page) {
    return observedCrawl(
      seeds,
      request.port,
      (listener) => new CrawlJob(seeds, request, files, listener),
      surroundings,
    );
  }
  const answered = await plainCrawl(
    (listener) => new CrawlJob(seeds, request, files, listener),
    request.maxPages,
    surroundings,
  );
  return answered === 0 ? EXIT.failed : 0;
}

/** Why the crawl cannot have these files together; undefined when it can. */
function refusalOf(request: CrawlRequest, files: JobFiles): string | undefined {
  if (files.frontier === undefined) return undefined;
  if (files.frontier === files.out) return '--out and --frontier name the same file: name two';
  const isThere = statSync(files.frontier, { throwIfNoEntry: false })?.isFile() === true;
  return isThere && !request.resume
    ? `${request.frontier} holds an earlier crawl: go on with it by --resume, or name another file`
    : undefined;
}
