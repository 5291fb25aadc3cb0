import { assert, suite } from '@oxbow/testkit';
import { compileUrlPattern } from '../../src/url/path-pattern.ts';

const covers = (pattern: string, ...paths: string[]) =>
  paths.map((path) => compileUrlPattern(pattern)(new URL(path, 'http://h.test').href));

const test = suite('compileUrlPattern');
test('lets ** stand for any number of segments', () => {
  assert.equal(covers('/docs/**', '/docs', '/docs/', '/docs/a/b', '/doc', '/docsx'), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assert.equal(covers('/**/x/*.html', '/x/a.html', '/a/b/x/a.html', '/x/a/b.html'), [true, true, false]);
});
test('lets * stand for characters of one segment', () => {
  assert.equal(covers('/a*c/d', '/abc/d', '/ac/d', '/a/c/d', '/abcc/d'), [true, true, false, true]);
});
test('does not look at the query', () => assert.equal(covers('/a', '/a?x', '/a/b'), [true, false]));
test('holds an absolute pattern to its origin', () => {
  assert.equal(covers('http://h.test/a/**', '/a/b', 'http://o.test/a/b', 'https://h.test/a/b'), [
    true,
    false,
    false,
  ]);
  assert.equal(covers('http://h.test', '/x'), [true]);
});
test('refuses what starts with neither / nor a scheme, and 2,084 characters', () => {
  assert.throws(
    () => compileUrlPattern('docs/**'),
    (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_OPTION',
  );
  compileUrlPattern(`/${'a'.repeat(2082)}`);
  assert.throws(() => compileUrlPattern(`/${'a'.repeat(2083)}`), /2083.*2084/);
});
test('stays quick on a pattern made to backtrack', () => {
  assert.equal(covers(`/${'*a'.repeat(200)}b`, `/${'a'.repeat(2000)}`), [false]);
});
test.run();
