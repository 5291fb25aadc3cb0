/** A crawl with its page: the page opens, the crawl runs, and the page is served on until the calling task is cancelled. */
import {
  type CrawlJob,
  type JobFiles,
  type JobListener,
  type Output,
  summaryLine,
} from '@oxbow/crawler/command';
import { createTask, sleep } from '@oxbow/loop';
import { bundlePage, openPageSite } from '@oxbow/shell';
import { CrawlFeed } from './crawl-feed.ts';
import type { CrawlSettings, PageCommand } from './feed-message.ts';
import { lookInside } from './inside.ts';
import { LiveFeed } from './live-feed.ts';
import { LoopLag } from './loop-lag.ts';
import { PageBook } from './page-book.ts';
import { pageRoutes, type Route } from './page-routes.ts';

/** Distance of the updates while the crawl runs, and after it: four a second look alive and cost nothing. */
const UPDATE_MS = { running: 250, ended: 1000 } as const;
/** Looks inside of the crawler are this far apart, in updates. */
const UPDATES_PER_LOOK = 4;

/** The folder of the page's sources. */
const PAGE = new URL('./page/', import.meta.url);

/** What is crawled, and how it is shown. */
export interface Observation {
  readonly seeds: readonly string[];
  readonly settings: CrawlSettings;
  readonly files: JobFiles;
  /** Port of the page; undefined: the usual one, or a free one where that is taken. */
  readonly port: number | undefined;
  readonly startJob: (listener: JobListener) => CrawlJob;
  readonly output: Output;
  /** Shows the page to the person; undefined: the address is said, no more. */
  readonly open: ((url: string) => void) | undefined;
}

/** The crawl and what is kept of it for the page. */
interface Observed {
  readonly job: CrawlJob;
  readonly feed: CrawlFeed;
}

/** Opens the page, runs the job that `startJob` makes, and serves on. Never returns by itself; cancel it. */
export async function observedCrawl(observation: Observation): Promise<never> {
  const { seeds, settings, files, port, startJob, output, open } = observation;
  let route: Route = () => false;
  // The page comes first: a port that cannot be had is found before the crawl touches a file.
  const site = await openPageSite({
    app: 'observatory',
    files: await bundlePage(PAGE),
    port,
    route: (...request) => route(...request),
  });
  try {
    const feed = new CrawlFeed(seeds, settings);
    const book = new PageBook();
    const job = startJob(listenerOf(feed, book));
    route = pageRoutes({ book, job, output: files.out === '-' ? undefined : files.out });
    const live = await LiveFeed.open(site.server, {
      snapshot: () => feed.snapshot(),
      command: (command) => obey(command, { job, feed }),
    });
    try {
      output.stdout.write(`The crawl of ${settings.subject ?? seeds.join(', ')} is shown at ${site.url}\n`);
      return await crawlAndServeOn({ job, feed }, live, output, () => open?.(site.url));
    } finally {
      await live.close();
    }
  } finally {
    await site.close();
  }
}

function listenerOf(feed: CrawlFeed, book: PageBook): JobListener {
  return {
    page: (page) => {
      feed.page(page);
      book.page(page);
    },
    failure: (note) => {
      feed.failure(note);
      book.failure(note);
    },
    notice: (sentence) => feed.notice(sentence),
  };
}

function obey(command: PageCommand, { job, feed }: Observed): void {
  // Before its start and after its end a crawl cannot be tuned; the page shows what holds.
  const { state } = job.counts();
  const isUnderWay = (state === 'crawling' || state === 'paused') && job.hasBegun;
  if (command.kind === 'tune') {
    const { kind: _, ...change } = command;
    if (isUnderWay) job.tune(change);
  } else if (command.kind === 'retry') {
    if (!isUnderWay) return;
    job.retryFailed(command.failure).then(
      () => feed.retried(command.failure),
      (error: unknown) => feed.notice(`They cannot be tried again: ${String(error)}`),
    );
  } else if (command.kind !== 'snapshot') job[command.kind]();
}

/** @param onBegun called when the crawl has its files: one that cannot have them shows nobody a page that is gone at once */
async function crawlAndServeOn(
  { job, feed }: Observed,
  live: LiveFeed,
  output: Output,
  onBegun: () => void,
): Promise<never> {
  const lag = new LoopLag();
  const started = performance.now();
  let elapsedMs = 0;
  let hasTold = false;
  const tell = (): Promise<void> => {
    if (!job.hasEnded) elapsedMs = performance.now() - started;
    const counts = { ...job.counts(), loopLagMs: lag.worstMs(), viewers: live.viewers };
    return live.publish(feed.update(counts, elapsedMs, job.totals().pagesPerSecond));
  };
  const ticker = createTask(
    async () => {
      for (let updates = 0; ; updates += 1) {
        await tell();
        if (!hasTold && job.hasBegun) {
          hasTold = true;
          onBegun();
        }
        if (live.viewers > 0 && (job.hasEnded || updates % UPDATES_PER_LOOK === 0))
          await live.publish(await lookInside(job.why(), job.hasEnded));
        await sleep(job.hasEnded ? UPDATE_MS.ended : UPDATE_MS.running);
      }
    },
    { name: 'feed of the page' },
  );
  try {
    try {
      await job.run();
    } finally {
      if (job.hasBegun) output.stdout.write(`${summaryLine(job.totals())}\n`);
    }
    output.stdout.write('The page stays open: press Ctrl-C to end.\n');
    return await sleep(Number.POSITIVE_INFINITY).then(() => {
      throw new Error('an endless sleep has ended');
    });
  } finally {
    ticker.cancel();
    lag.stop();
  }
}
