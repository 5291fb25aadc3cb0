import { assert, suite } from '@oxbow/testkit';
import { srcsetUrls } from '../../src/html/srcset.ts';

const test = suite('srcset');
test('gives the address of each candidate', () => {
  assert.equal(srcsetUrls('a.png 1x, b.png 2x'), ['a.png', 'b.png']);
  assert.equal(srcsetUrls(' a,b 100w,\n c'), ['a,b', 'c']);
  assert.equal(srcsetUrls('a, b,,c 1x'), ['a', 'b,,c']);
  assert.equal(srcsetUrls('data:,x (1,2) 1x, d'), ['data:,x', 'd']);
  assert.equal(srcsetUrls(''), []);
});
test.run();
