import { assert, suite } from '@oxbow/testkit';
import { CrawlCounters } from '../../src/report/crawl-statistics.ts';
import { parseRobotsTxt } from '../../src/robots/robots-txt.ts';
import { compileScope } from '../../src/url/scope.ts';
import { TrapGuard } from '../../src/url/trap-guard.ts';
import { LinkPolicy, type LinkRules } from '../../src/visit/link-policy.ts';

function policy(rules: Partial<LinkRules> = {}) {
  const counters = new CrawlCounters();
  const robots = parseRobotsTxt('user-agent: *\ndisallow: /no', 'x');
  const all = {
    scope: compileScope('origin', ['http://h/']),
    traps: new TrapGuard(),
    maxDepth: 3,
    query: 'keep',
    robotsOf: () => robots,
    ...rules,
  } as const;
  return {
    links: new LinkPolicy(all, counters),
    skipped: () => counters.statistics('running', 0, undefined).skipped,
  };
}

const test = suite('link policy');
test('selects links in scope as targets with depth and referrer, and counts why others are not followed', () => {
  const { links, skipped } = policy();
  const found = links.select(['http://h/a', 'http://o/', 'http://h/no', 'http://h/x/x/x'], 'http://h/', 3);
  assert.equal(found, [{ url: 'http://h/a', referrer: 'http://h/', depth: 3 }]);
  assert.equal(skipped(), { scope: 1, robots: 1, trap: 1 });
});
test('follows links at the depth limit and none beyond', () => {
  const { links, skipped } = policy();
  assert.is(links.select(['http://h/a'], 'http://h/', 3).length, 1);
  assert.is(links.select(['http://h/a', 'http://h/b'], 'http://h/', 4).length, 0);
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
