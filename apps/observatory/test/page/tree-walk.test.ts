import { assert, suite } from '@oxbow/testkit';
import { stepFrom } from '../../src/page/tree-walk.ts';

//  0 ─ 1 ─ 3
//    └ 2   4 below 1
const PARENTS = [-1, 0, 0, 1, 1, -1];

const test = suite('walking the tree by the keyboard');

test('up is the page that led here, down the first it led to', () => {
  assert.equal([stepFrom(PARENTS, 3, 'ArrowUp'), stepFrom(PARENTS, 0, 'ArrowDown')], [1, 1]);
  assert.equal([stepFrom(PARENTS, 0, 'ArrowUp'), stepFrom(PARENTS, 2, 'ArrowDown')], [0, 2]);
});

test('left and right are siblings; seeds are siblings too', () => {
  assert.equal([stepFrom(PARENTS, 1, 'ArrowRight'), stepFrom(PARENTS, 2, 'ArrowLeft')], [2, 1]);
  assert.equal([stepFrom(PARENTS, 4, 'ArrowRight'), stepFrom(PARENTS, 3, 'ArrowLeft')], [4, 3]);
  assert.equal([stepFrom(PARENTS, 0, 'ArrowRight'), stepFrom(PARENTS, 5, 'ArrowLeft')], [5, 0]);
  assert.is(stepFrom(PARENTS, 0, 'ArrowLeft'), 0);
});

test('every key begins at the first seed, and Home leads back to it', () => {
  assert.equal([stepFrom(PARENTS, -1, 'ArrowLeft'), stepFrom(PARENTS, 4, 'Home')], [0, 0]);
  assert.is(stepFrom([], -1, 'Home'), -1);
});

test.run();
