import { assert, suite } from '@oxbow/testkit';
import { type CrawlLoad, reportCrawl } from '../../src/report/crawl-flow.ts';

const LOAD: CrawlLoad = {
  state: 'running',
  concurrency: 16,
  visits: 3,
  unfinished: 0,
  maxUnfinished: 256,
  consumer: 'pages.jsonl',
  queued: 0,
  pagesLeft: Number.POSITIVE_INFINITY,
  dueInMs: undefined,
  heldMs: 40,
};

const test = suite('what limits a crawl');

for (const [title, load, blocker, words] of [
  [
    'nothing, while links are found slower than they are fetched',
    {},
    undefined,
    'Nobody is held back: 3 requests are out, and no URL waits.',
  ],
  [
    'the sink, as soon as as many pages wait for it as may',
    { unfinished: 256, queued: 9 },
    'pages.jsonl',
    'pages.jsonl holds back the requests: 256 pages wait for it.',
  ],
  [
    'the answers, when all requests are out',
    { visits: 16, queued: 231 },
    'requests',
    "The sites' answers are waited for: all 16 requests are out, and 231 URLs wait. A higher concurrency sends more at a time.",
  ],
  [
    'the last pages that were asked for',
    { queued: 5, pagesLeft: 3 },
    'requests',
    'As many pages as were asked for are on their way: 3 requests are out.',
  ],
  [
    'what each host may get at a time',
    { queued: 5 },
    'requests',
    'The hosts are asked by as many requests as each may get: 3 requests are out, and 5 URLs wait.',
  ],
  [
    'a consumer whose pages keep their hosts busy',
    { queued: 5, visits: 0, unfinished: 1 },
    'pages.jsonl',
    'pages.jsonl holds back the requests: 1 page waits for it.',
  ],
  [
    'nothing, while URLs are claimed',
    { queued: 5, visits: 1, heldMs: undefined },
    undefined,
    'Nobody is held back: 1 request is out, and 5 URLs wait.',
  ],
  [
    "the hosts' pauses",
    { queued: 1, dueInMs: 239.2 },
    'frontier',
    'The pauses between requests to a host are waited for: 1 URL waits, the next for 240 ms more.',
  ],
  [
    'nobody, when it is paused by a person',
    { state: 'paused', queued: 12 },
    'frontier',
    'The crawl is paused: 12 URLs wait for resume().',
  ],
] as const) {
  test(`is ${title}`, () => {
    const report = reportCrawl({ ...LOAD, ...load });
    assert.is(report.blocker?.name, blocker);
    assert.is(String(report), words);
  });
}

test('one page less than may wait for the sink holds nobody back', () => {
  assert.is(reportCrawl({ ...LOAD, unfinished: 255 }).blocker, undefined);
});

test('is told as three stages, each with what waits in it', () => {
  const report = reportCrawl({ ...LOAD, unfinished: 256, queued: 9 });
  const [consumer] = report.consumers;
  const [requests] = consumer?.upstream ?? [];
  const [frontier] = requests?.upstream ?? [];
  assert.equal(
    [consumer, requests, frontier].map((stage) => [
      stage?.name,
      stage?.queued,
      stage?.paused,
      stage?.passesOn,
    ]),
    [
      ['pages.jsonl', 256, true, false],
      ['requests', 3, true, true],
      ['frontier', 9, false, false],
    ],
  );
  assert.equal([consumer?.pausedMs, requests?.pausedMs], [40, 0]);
});

test.run();
