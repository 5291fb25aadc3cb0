import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { assert, suite } from '@oxbow/testkit';
import type { CrawlNotice } from '../../src/report/observer.ts';
import { MAX_WARNINGS_PER_KIND, Reporter } from '../../src/report/reporter.ts';
import type { Page } from '../../src/visit/page.ts';

/** The process warnings that come of an act. */
async function warningsOf(act: () => void): Promise<(Error & { code?: string; detail?: string })[]> {
  const warnings: (Error & { code?: string; detail?: string })[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  act();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  return warnings;
}
const failure = (error: unknown) => ({
  url: 'http://h/',
  referrer: null,
  depth: 0,
  reason: 'handler' as const,
  message: 'its handler failed: no',
  attempt: 1,
  error,
});

const test = suite('Reporter');
test('tells an observer, and warns of nothing then', async () => {
  const told: CrawlNotice[] = [];
  const warnings = await warningsOf(() => {
    const reporter = new Reporter({ notice: (notice) => void told.push(notice) });
    reporter.failure(failure(new Error('no')));
    reporter.notice({ kind: 'trap', message: 'a' }, 'once');
    reporter.notice({ kind: 'trap', message: 'b' }, 'once');
  });
  assert.equal(
    told.map(({ kind, url }) => [kind, url]),
    [
      ['handler', 'http://h/'],
      ['trap', undefined],
    ],
  );
  assert.equal(warnings, []);
});
test('warns with URL and stack where nobody observes, the first five of a kind', async () => {
  const bug = new Error('no');
  const warnings = await warningsOf(() => {
    const reporter = new Reporter({});
    for (let count = 0; count <= MAX_WARNINGS_PER_KIND; count++) reporter.failure(failure(bug));
  });
  assert.is(warnings.length, MAX_WARNINGS_PER_KIND);
  assert.match(warnings[0]!.message, /http:\/\/h\/.*retryFailed/);
  assert.equal([warnings[0]!.code, warnings[0]!.detail], ['OXBOW_CRAWLER_HANDLER', bug.stack]);
  assert.match(warnings.at(-1)!.message, /not printed/);
});
test('publishes everything on channels, for metrics', () => {
  const seen: unknown[] = [];
  const listen = (message: unknown, name: string | symbol) =>
    void seen.push([name, Object.keys(message as object)]);
  const names = ['page', 'failure', 'retry', 'notice'].map((name) => `oxbow:crawler:${name}`);
  for (const name of names) subscribe(name, listen);
  const reporter = new Reporter({ notice: () => {} });
  reporter.page({} as Page);
  reporter.retry(failure(undefined), 5);
  reporter.failure({ ...failure(undefined), reason: 'network' });
  reporter.notice({ kind: 'trap', message: 'a' });
  for (const name of names) unsubscribe(name, listen);
  assert.equal(seen, [
    ['oxbow:crawler:page', ['page']],
    ['oxbow:crawler:retry', ['failure', 'delayMs']],
    ['oxbow:crawler:failure', ['failure']],
    ['oxbow:crawler:notice', ['notice']],
  ]);
});
test('makes a warning of what an observer throws', async () => {
  const warnings = await warningsOf(() => {
    const reporter = new Reporter({
      retry: () => {
        throw new Error('observed');
      },
    });
    reporter.retry(failure(undefined), 5);
  });
  assert.is(warnings[0]?.message, 'observed');
});
test.run();
