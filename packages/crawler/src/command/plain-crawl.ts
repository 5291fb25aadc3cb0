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
 * Runs the job that `startJob` makes to its end, or until the calling task is cancelled. The summary line is printed either way, to
 * standard error when the rows go to standard output. What went wrong with a seed is said when it happens. Gives the number of pages: of
 * URLs that were answered with a 2xx status.
 */
export async function plainCrawl(
  startJob: (listener: JobListener) => CrawlJob,
  maxPages: number | undefined,
  output: Output,
  rowsGoToStdout = false,
): Promise<number> {
  const line = new ProgressLine(output.stderr);
  const job = startJob({
    page: () => {},
    failure: ({ url, reason }, isSeed) => {
      if (isSeed) line.note(`${url}: ${reason}`);
    },
    notice: (sentence) => line.note(sentence),
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
    for (const sentence of job.report()) line.note(sentence);
    const speaker = rowsGoToStdout ? output.stderr : output.stdout;
    // Of a crawl that could not have its files there is only that to say.
    if (job.hasBegun) speaker.write(`${summaryLine(job.totals())}\n`);
  }
  return job.totals().pages;
}
