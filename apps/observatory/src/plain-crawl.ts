/** A crawl without a page: progress while it runs, one summary line at its end. */
import { createTask, sleep } from '@oxbow/loop';
import type { CrawlJob, JobListener } from './crawl-job.ts';
import { ProgressLine, type ProgressTarget } from './progress.ts';
import { summaryLine } from './summary-line.ts';

/** Where a crawl speaks. */
export interface Output {
  /** The summary line. */
  readonly stdout: ProgressTarget;
  /** Progress. */
  readonly stderr: ProgressTarget;
}

/**
 * Runs the job that `startJob` makes to its end, or until the calling task is cancelled; the summary line is printed either
 * way. What went wrong with a seed is said when it happens. Gives the number of URLs that were answered.
 */
export async function plainCrawl(
  startJob: (listener: JobListener) => CrawlJob,
  maxPages: number | undefined,
  output: Output,
): Promise<number> {
  const line = new ProgressLine(output.stderr);
  const job = startJob({
    page: () => {},
    failure: ({ url, reason }, isSeed) => {
      if (isSeed) line.note(`${url}: ${reason}`);
    },
  });
  const ticker = createTask(
    async () => {
      for (;;) {
        await sleep(line.intervalMs);
        const { pages, queued, failed, bytes } = job.counts();
        const { pagesPerSecond } = job.totals();
        line.draw({ pages, queued, failed, bytes, pagesPerSecond, maxPages, lastUrl: job.lastUrl });
      }
    },
    { name: 'progress' },
  );
  try {
    await job.run();
  } finally {
    ticker.cancel();
    line.end();
    const leftOut = job.leftOut();
    if (leftOut !== undefined) line.note(leftOut);
    output.stdout.write(`${summaryLine(job.totals())}\n`);
  }
  return job.answered;
}
