import { assert, suite } from '@oxbow/testkit';
import { leftInWords } from '../../src/page/figure-tiles.ts';

const test = suite('how long the rest will take, in words');

test('is told about, while it can be told, and is none after the end', () => {
  assert.is(leftInWords({ state: 'crawling', leftMs: 61_400 }), '~ 1 min 1 s');
  assert.is(leftInWords({ state: 'crawling', leftMs: 999 }), '< 1 s');
  assert.is(leftInWords({ state: 'crawling', leftMs: null }), '–');
  assert.is(leftInWords({ state: 'finished', leftMs: null }), 'none');
});

test.run();
