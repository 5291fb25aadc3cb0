import { assert, suite } from '@oxbow/testkit';
import { differenceOf } from '../../src/command/worker-options.ts';
import type { CrawlerOptions } from '../../src/index.ts';
import { rulesOf } from '../../src/options/stored-rules.ts';

const test = suite('what a worker is told');
const rules = rulesOf(
  {
    seeds: 'http://h/',
    scope: { include: ['/docs/**'] },
    limits: { maxPages: 100, maxDepth: Number.POSITIVE_INFINITY },
    politeness: { delayMs: 500 },
  },
  undefined,
);

test('may be what the crawl has already, and what is its own', () => {
  assert.is(differenceOf({}, rules), undefined);
  assert.is(differenceOf({ concurrency: 3, limits: {} }, rules), undefined);
  const equal = {
    scope: { include: ['/docs/**'] },
    limits: { maxPages: 100, maxDepth: Number.POSITIVE_INFINITY },
    politeness: { delayMs: 500 },
  };
  assert.is(differenceOf(equal, rules), undefined);
});

const refusal = (given: CrawlerOptions): string => differenceOf(given, rules) ?? 'none';

test('is refused where the crawl has it otherwise', () => {
  assert.match(refusal({ limits: { maxPages: 10 } }), 'limits.maxPages is 100 in this crawl, not 10');
  assert.match(refusal({ politeness: { delayMs: 0 } }), 'politeness.delayMs is 500');
  assert.match(refusal({ userAgent: 'x' }), 'userAgent is the default in this crawl, not "x"');
  assert.match(refusal({ scope: 'same-site' }), 'scope is {"include":["/docs/**"]}');
  assert.match(refusal({ robots: false }), 'robots');
});

test.run();
