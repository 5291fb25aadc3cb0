import { assert, suite } from '@oxbow/testkit';
import { replaceSection } from '../../src/harness/document.ts';

const test = suite('document');

test('an empty page gets a head and the section', () => {
  const page = replaceSection('', 'loop', 'FIRST');
  assert.match(page, /^# Benchmarks\n/);
  assert.match(page, /<!-- begin loop -->\n\nFIRST\n\n<!-- end loop -->\n$/);
});

test('another suite is added at the end', () => {
  const page = replaceSection(replaceSection('', 'loop', 'FIRST'), 'stream', 'SECOND');
  assert.match(page, /FIRST[\s\S]*SECOND/);
});

test('a section takes the place of its last one, and the rest stays', () => {
  const before = replaceSection(replaceSection('', 'loop', 'FIRST'), 'stream', 'SECOND');
  const after = replaceSection(before, 'loop', 'AGAIN');
  assert.is(after, before.replace('FIRST', 'AGAIN'));
});

test('writing the same twice changes nothing', () => {
  const page = replaceSection('', 'loop', 'FIRST');
  assert.is(replaceSection(page, 'loop', 'FIRST'), page);
});

test.run();
