import { assert, suite } from '@oxbow/testkit';
import { highlight } from '../src/highlight.ts';

const test = suite('highlighted code');

test('has its parts marked', () => {
  assert.match(highlight("const a = 'b';"), '<span class="hljs-keyword">const</span>');
  assert.match(highlight('{ "a": 1 }', 'json'), 'hljs-number');
});

test('is made safe, whatever its language', () => {
  assert.not.match(highlight('a < b && "c"'), /< b|&& /);
  assert.is(highlight('<b>', 'unheard-of'), '&#60;b&#62;');
  assert.is(highlight('<b>', 'constructor'), '&#60;b&#62;');
});

test.run();
