// covers: src/command/crawl-job.ts
/** A crawl as the command line asked for it, watched and steered while it runs. */
import { createTask } from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import { readCommandLine } from '../../src/command/command-line.ts';
import { CrawlJob, type FailureNote, type JobListener } from '../../src/command/crawl-job.ts';
import { linksTo, serveSite } from './site.ts';

/** Serves a chain of pages with one dead link, and makes a job that crawls it. */
async function withJob(
  listener: JobListener,
  body: (job: CrawlJob, origin: string) => Promise<void>,
): Promise<void> {
  const pages = Array.from(
    { length: 6 },
    (_, page) => [`/${page === 0 ? '' : page}`, linksTo(`/${page + 1}`)] as const,
  );
  const site = await serveSite(Object.fromEntries(pages));
  const line = readCommandLine([`${site.origin}/`, '--delay', '0', '--ignore-robots']);
  if (line.kind !== 'crawl') throw new Error(`the command line was not understood: ${line.kind}`);
  const files = { out: undefined, frontier: undefined };
  try {
    await body(new CrawlJob([`${site.origin}/`], line.request, files, listener), site.origin);
  } finally {
    await site.close();
  }
}

const test = suite('a crawl of the command line');

test('counts, explains, and tells what was answered with trouble', async () => {
  const failures: FailureNote[] = [];
  await withJob({ page: () => {}, failure: (note) => void failures.push(note) }, async (job, origin) => {
    assert.not.ok(job.hasBegun);
    await job.run();
    assert.ok(job.hasBegun && job.hasEnded);
    assert.is(job.answered, 7);
    assert.is(job.counts().state, 'finished');
    assert.equal(failures, [
      {
        url: `${origin}/6`,
        reason: `answered 404 Not Found, linked from ${origin}/5`,
        kind: '404',
        referrer: `${origin}/5`,
        depth: 6,
        attempt: 1,
      },
    ]);
    assert.ok((await job.explain(`${origin}/3`)).length > 0);
  });
});

test('is paused, goes on, and is stopped', async () => {
  let answered = 0;
  let paused: CrawlJob | undefined;
  const listener = {
    page: () => {
      answered++;
      if (answered === 2) paused?.pause();
      if (answered === 4) paused?.stop();
    },
    failure: () => {},
  };
  await withJob(listener, async (job) => {
    paused = job;
    const running = createTask(() => job.run());
    await until('the crawl to be paused', () => job.counts().state === 'paused');
    assert.is(answered, 2);
    job.resume();
    await running;
    assert.is(job.counts().state, 'stopped');
    assert.ok(answered < 7);
  });
});

test('is tuned while it runs, says what limits it, and counts what it left out', async () => {
  let job: CrawlJob | undefined;
  const seen: unknown[] = [];
  const listener = {
    page: () => {
      if (job === undefined || seen.length > 0) return;
      job.tune({ concurrency: 3, delayMs: 1 });
      seen.push(job.counts().concurrency, job.counts().hosts[0]?.delayMs, String(job.why()));
    },
    failure: () => {},
  };
  await withJob(listener, async (made) => {
    job = made;
    await job.run();
    assert.is(seen[0], 3);
    assert.match(String(seen[2]), 'Nobody is held back');
    assert.is(job.counts().retries, 0);
    assert.equal(job.counts().skipped, []);
    assert.is(await job.retryFailed('network'), 0);
  });
});

test.run();
