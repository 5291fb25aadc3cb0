import { assert, suite } from '@oxbow/testkit';
import { wordsOf } from '../../src/page/state-words.ts';

const test = suite('the state of a crawl in words');

test('a crawl that got a page ends well, one that got none does not', () => {
  assert.equal(wordsOf({ state: 'finished', pages: 1 }), { words: 'finished', kind: '', state: 'finished' });
  assert.equal(wordsOf({ state: 'finished', pages: 0 }), {
    words: 'nothing answered',
    kind: 'broken',
    state: 'finished',
  });
});

test('one that runs has no verdict yet', () => {
  assert.is(wordsOf({ state: 'crawling', pages: 0 }).kind, 'busy');
  assert.is(wordsOf({ state: 'paused', pages: 0 }).kind, 'waiting');
  assert.is(wordsOf({ state: 'stopped', pages: 3 }).kind, 'broken');
});

test.run();
