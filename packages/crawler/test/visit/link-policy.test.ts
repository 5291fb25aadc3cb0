import { assert, suite } from '@oxbow/testkit';
import { CrawlCounters } from '../../src/report/crawl-statistics.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { parseRobotsTxt } from '../../src/robots/robots-txt.ts';
import { CrawlScope } from '../../src/url/scope.ts';
import { TrapGuard } from '../../src/url/trap-guard.ts';
import { LinkPolicy, type LinkRules } from '../../src/visit/link-policy.ts';

function policy(rules: Partial<LinkRules> = {}) {
  const counters = new CrawlCounters();
  const notices: string[] = [];
  const robots = parseRobotsTxt('user-agent: *\ndisallow: /no', 'x');
  const all = {
    scope: new CrawlScope('same-origin', ['http://h']).check,
    traps: new TrapGuard(),
    maxDepth: 3,
    query: 'keep',
    robotsOf: () => robots,
    ...rules,
  } as const;
  return {
    links: new LinkPolicy(all, counters, new Reporter({ notice: ({ kind }) => void notices.push(kind) })),
    notices,
    skipped: () => counters.statistics('running', 0, undefined).skipped,
  };
}

const at = (depth: number) => ({ referrer: 'http://h/', depth, mayBePrivate: false });

const test = suite('link policy');
test('selects links in scope as targets with depth and referrer, and counts why others are not followed', () => {
  const { links, skipped, notices } = policy();
  const found = links.select(['http://h/a', 'http://o/', 'http://h/no', 'http://h/x/x/x'], at(3));
  assert.equal(found, [{ url: 'http://h/a', ...at(3) }]);
  assert.equal(notices, ['trap']);
  assert.equal(skipped(), { scope: 1, robots: 1, trap: 1 });
});
test('follows links at the depth limit and none beyond', () => {
  const { links, skipped } = policy();
  assert.is(links.select(['http://h/a'], at(3)).length, 1);
  assert.is(links.select(['http://h/a', 'http://h/b'], at(4)).length, 0);
  assert.equal(skipped(), { depth: 2 });
});
test('drops credentials, and sorts the query when asked to', () => {
  assert.is(policy().links.accept({ url: 'http://me:pw@h/a' })?.url, 'http://h/a');
  assert.is(policy({ query: 'sort' }).links.accept({ url: 'http://h/?b&a' })?.url, 'http://h/?a=&b=');
  assert.is(policy().links.accept({ url: `http://h/${'a'.repeat(2083)}` }), undefined);
});
test('lets what a handler enqueues leave the scope, but not robots', () => {
  const { links } = policy();
  assert.ok(links.accept({ url: 'http://o/' }, true));
  assert.not.ok(links.accept({ url: 'http://o/no' }, true));
});
test('says why in words', () =>
  assert.match(policy().links.skipOf('http://h/no/x', 1)?.message ?? '', /Disallow: \/no/));
test.run();
