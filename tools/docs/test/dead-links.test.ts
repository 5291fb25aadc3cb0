import { assert, suite } from '@oxbow/testkit';
import { findDeadLinks } from '../src/dead-links.ts';

const test = suite('dead links');

const find = (pages: Record<string, string>, files: readonly string[] = []): readonly string[] =>
  findDeadLinks(new Map(Object.entries(pages)), (path) => files.includes(path)).map(
    ({ page, target }) => `${page} ${target}`,
  );

test('a link to a page and to an id on it is alive', () => {
  assert.equal(
    find({ 'a/README.md': '[x](../b/x.md#one) [y](#own)\n<a id="own"></a>', 'b/x.md': '<a id="one"></a>' }),
    [],
  );
});

test('a page that is not there is named with the page the link stands on', () => {
  assert.equal(find({ 'a/README.md': '[x](../b/x.md)' }), ['a/README.md ../b/x.md']);
});

test('an anchor that is not there is dead, on the own page too', () => {
  assert.equal(find({ 'a.md': '[x](#no) [y](b.md#no)', 'b.md': '' }), ['a.md #no', 'a.md b.md#no']);
});

test('a file outside the reference is asked for, whatever line is meant', () => {
  const pages = { 'a/b.md': '[s](../../../src/x.ts#L3) [t](../../../src/y.ts)' };
  assert.equal(find(pages, ['../../src/x.ts']), ['a/b.md ../../../src/y.ts']);
});

test('a file inside the reference that is no page is dead', () => {
  assert.equal(find({ 'a.md': '[x](b.png)' }, ['b.png']), ['a.md b.png']);
});

test('links to other hosts and what stands in code are left alone', () => {
  assert.equal(find({ 'a.md': '[x](https://example.org/#y) `[a](no.md)`\n```ts\n[b](no.md)\n```\n' }), []);
});

test('a link whose text is code is a link', () => {
  assert.equal(find({ 'a.md': '[`x`](no.md)' }), ['a.md no.md']);
});

test('a target that is not valid percent-encoding is dead', () => {
  assert.equal(find({ 'a.md': '[x](%zz.md)' }), ['a.md %zz.md']);
});

test.run();
