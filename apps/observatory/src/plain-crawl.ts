/** A crawl without a page: progress while it runs, one summary line at its end. */
import { createTask, sleep } from '@oxbow/loop';
import type { CrawlJob } from './crawl-job.ts';
import { ProgressLine, type ProgressTarget } from './progress.ts';
import { summaryLine } from './summary-line.ts';

/** Where a crawl speaks. */
export interface Output {
  /** The summary line. */
  readonly stdout: ProgressTarget;
  /** Progress. */
  readonly stderr: ProgressTarget;
}

/** Runs the job to its end, or until the calling task is cancelled; the summary line is printed either way. */
export async function plainCrawl(job: CrawlJob, maxPages: number | undefined, output: Output): Promise<void> {
  const line = new ProgressLine(output.stderr);
  const ticker = createTask(
    async () => {
      for (;;) {
        await sleep(line.intervalMs);
        const { pages, queued, failed, bytes } = job.counts();
        const { elapsedMs } = job.totals();
        const pagesPerSecond = elapsedMs > 0 ? (pages * 1000) / elapsedMs : 0;
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
    output.stdout.write(`${summaryLine(job.totals())}\n`);
  }
}
