/** A crawl with its page: the page opens, the crawl runs, and the page is served on until the calling task is cancelled. */
import type { ServerResponse } from 'node:http';
import {
  type CrawlJob,
  type JobListener,
  type Output,
  openInViewer,
  summaryLine,
} from '@oxbow/crawler/command';
import { createTask, sleep } from '@oxbow/loop';
import { bundlePage, openPageSite } from '@oxbow/shell';
import { CrawlFeed } from './crawl-feed.ts';
import { LiveFeed } from './live-feed.ts';
import { LoopLag } from './loop-lag.ts';

/** Distance of the updates while the crawl runs, and after it: four a second look alive and cost nothing. */
const UPDATE_MS = { running: 250, ended: 1000 } as const;

/** Of a URL that is asked about: more than any canonical one has. */
const MAX_ASKED_CHARACTERS = 4096;

/** The folder of the page's sources. */
const PAGE = new URL('./page/', import.meta.url);

/** Opens the page, runs the job that `startJob` makes, and serves on. Never returns by itself; cancel it. */
export async function observedCrawl(
  seeds: readonly string[],
  port: number | undefined,
  startJob: (listener: JobListener) => CrawlJob,
  output: Output,
  opensBrowser = false,
): Promise<never> {
  let explained: Pick<CrawlJob, 'explain'> | undefined;
  const site = await openPageSite({
    app: 'observatory',
    files: await bundlePage(PAGE),
    port,
    route: (path, request, response) => {
      if (path !== '/explain' || explained === undefined) return false;
      void answerExplain(explained, request.url ?? '', response);
      return true;
    },
  });
  try {
    const feed = new CrawlFeed(seeds);
    const job = startJob(feed);
    explained = job;
    const live = await LiveFeed.open(site.server, {
      snapshot: () => feed.snapshot(),
      command: (kind) => job[kind](),
    });
    try {
      output.stdout.write(`The crawl of ${seeds.join(', ')} is shown at ${site.url}\n`);
      if (opensBrowser) await openInViewer(site.url);
      return await crawlAndServeOn(job, feed, live, output);
    } finally {
      await live.close();
    }
  } finally {
    await site.close();
  }
}

/** `GET /explain?url=…`: why the crawl fetched that URL or did not, as a JSON list of sentences. */
async function answerExplain(
  job: Pick<CrawlJob, 'explain'>,
  target: string,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(target, 'http://127.0.0.1').searchParams.get('url') ?? '';
  const sentences = await job
    .explain(url.slice(0, MAX_ASKED_CHARACTERS))
    .catch((error: unknown) => [String(error)]);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(sentences));
}

async function crawlAndServeOn(
  job: CrawlJob,
  feed: CrawlFeed,
  live: LiveFeed,
  output: Output,
): Promise<never> {
  const lag = new LoopLag();
  const started = performance.now();
  let elapsedMs = 0;
  const tell = (): Promise<void> => {
    if (!job.hasEnded) elapsedMs = performance.now() - started;
    const counts = { ...job.counts(), loopLagMs: lag.worstMs(), viewers: live.viewers };
    return live.publish(feed.update(counts, elapsedMs, job.totals().pagesPerSecond));
  };
  const ticker = createTask(
    async () => {
      for (;;) {
        await tell();
        await sleep(job.hasEnded ? UPDATE_MS.ended : UPDATE_MS.running);
      }
    },
    { name: 'feed' },
  );
  try {
    try {
      await job.run();
    } finally {
      output.stdout.write(`${summaryLine(job.totals())}\n`);
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
