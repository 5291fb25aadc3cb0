import { readCommandLine } from '@oxbow/crawler/command';
import { assert, suite } from '@oxbow/testkit';
import { settingsOf } from '../src/crawl-settings.ts';

function settings(...words: string[]) {
  const line = readCommandLine(words, 'observatory');
  if (line.kind !== 'crawl') throw new Error(`not understood: ${line.kind}`);
  return settingsOf(line.request, { out: line.request.out, frontier: line.request.frontier }, null);
}

const test = suite('the settings of a crawl');

test('nothing said is no limit and no file', () => {
  assert.equal(settings('http://a/'), {
    subject: null,
    isResumed: false,
    delayMs: null,
    maxPages: null,
    maxDepth: null,
    obeysRobots: true,
    scope: 'the origins of the seeds',
    userAgent: null,
    frontier: null,
    output: null,
  });
});

test('what was said is told in words', () => {
  const said = settings(
    ...['http://a/', '--delay', '5', '--max-pages', '7', '--max-depth', '2', '--ignore-robots'],
    ...['--include', '/docs/**', '--exclude', '/docs/old/**', '--out', '-', '--user-agent', 'me/1'],
  );
  assert.equal(said, {
    subject: null,
    isResumed: false,
    delayMs: 5,
    maxPages: 7,
    maxDepth: 2,
    obeysRobots: false,
    scope: 'only /docs/**, without /docs/old/**',
    userAgent: 'me/1',
    frontier: null,
    output: 'standard output',
  });
  assert.match(settings('http://a/', '--scope', 'same-site').scope, 'every host');
});

test('a crawl that goes on has the scope it was begun with, unless another is said', () => {
  const resumed = ['--frontier', 'crawl.db', '--resume'];
  assert.equal([settings(...resumed).isResumed, settings(...resumed).scope], [true, 'as it was begun']);
  assert.is(settings(...resumed, '--exclude', '/old/**').scope, 'without /old/**');
});

test.run();
