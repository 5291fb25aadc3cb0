/** What `npm start` does: reads the command line, opens what is to be crawled, crawls it, and says how it went. */
import {
  type Surroundings as CommandSurroundings,
  CrawlJob,
  type CrawlRequest,
  EXIT,
  type JobListener,
  OBSERVATORY_HELP,
  packageVersion,
  plainCrawl,
  prepareCrawl,
  readCommandLine,
} from '@oxbow/crawler/command';
import { browserOpener } from '@oxbow/shell';
import { settingsOf } from './crawl-settings.ts';
import { openEmbeddedSite } from './embedded-site.ts';
import { observedCrawl } from './observed-crawl.ts';

/** About how long the crawl of the embedded site lasts with a page and no `--delay`, in milliseconds. */
const WATCHABLE_MS = 15_000;
/** What a request takes beside the pause, in milliseconds: the pause begins when it has ended. */
const REQUEST_MS = 12;

/** What the embedded site is called. */
const EMBEDDED = "this repository's documentation";

/** Where the program runs. */
export interface Surroundings extends CommandSurroundings {
  /** The repository: its Markdown is the embedded site. */
  readonly root: string;
}

/** Runs the program; gives its exit code. Cancelling the calling task ends it cleanly. */
export async function observatory(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const line = readCommandLine(args, 'observatory');
  if (line.kind === 'help') {
    surroundings.stdout.write(OBSERVATORY_HELP);
    return 0;
  }
  if (line.kind === 'version') {
    surroundings.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (line.kind === 'refused') {
    surroundings.stderr.write(`oxbow: ${line.message}\n`);
    return EXIT.usage;
  }
  if (line.request.hasCredentials) {
    surroundings.stderr.write('oxbow: the user name and password in a URL are not sent\n');
  }
  const { urls, resume } = line.request;
  // A crawl that goes on knows its seeds.
  if (urls.length > 0 || resume) return crawlSites(urls, line.request, surroundings, null);
  const site = await openEmbeddedSite(surroundings.root);
  try {
    return await crawlSites([site.url], paced(line.request, site.urls), surroundings, EMBEDDED);
  } finally {
    await site.close();
  }
}

/** The embedded site is crawled at a pace that one can watch, unless there is no page to watch or the pace was named. */
function paced(request: CrawlRequest, urls: number): CrawlRequest {
  if (!request.page || request.delayMs !== undefined) return request;
  return { ...request, delayMs: Math.max(0, Math.round(WATCHABLE_MS / Math.max(1, urls) - REQUEST_MS)) };
}

async function crawlSites(
  seeds: readonly string[],
  request: CrawlRequest,
  surroundings: Surroundings,
  subject: string | null,
): Promise<number> {
  const prepared = await prepareCrawl(request, seeds, surroundings.folder);
  if ('refusal' in prepared) {
    surroundings.stderr.write(`oxbow: ${prepared.refusal}\n`);
    return EXIT.usage;
  }
  const { files, shownSeeds } = prepared;
  const startJob = (listener: JobListener) => new CrawlJob(prepared.seeds, request, files, listener);
  if (request.page) {
    return observedCrawl({
      seeds: shownSeeds,
      settings: settingsOf(request, files, subject),
      files,
      port: request.port,
      startJob,
      output: surroundings,
      open: browserOpener(request.open),
    });
  }
  const pages = await plainCrawl(startJob, request.maxPages, surroundings, files.out === '-');
  return pages === 0 ? EXIT.failed : 0;
}
