import { assert, suite } from '@oxbow/testkit';
import {
  isOwnFrame,
  MAX_STACKS_PER_SECOND,
  originOf,
  placeIn,
  readablePlace,
  rememberOrigin,
  takeStack,
} from '../../src/debug/origin.ts';

const test = suite('origins');

test('names the line that created a thing, as a path an editor opens', () => {
  const thing = {};
  (function creator() {
    rememberOrigin(thing);
  })();
  assert.match(originOf(thing)!, /^creator \(\/.*origin\.test\.ts:\d+:\d+\)$/);
});

test('knows nothing of what it did not see', () => {
  assert.is(originOf({}), undefined);
  assert.is(placeIn(undefined), undefined);
});

test('passes over the frames of this package and of Node', () => {
  const own = new URL('../../src/task/task.ts', import.meta.url).href;
  const stack = `Error\n    at spawn (${own}:1:2)\n    at process.tick (node:internal/x:1:1)\n    at mine (file:///app/a%20b.ts:3:4)`;
  assert.is(placeIn({ stack }), 'mine (/app/a b.ts:3:4)');
  assert.ok(isOwnFrame(own));
  assert.not.ok(isOwnFrame('file:///app/main.ts'));
});

test('leaves addresses alone that are no files', () => {
  assert.is(readablePlace('f (https://example.org/a.js:1:2)'), 'f (https://example.org/a.js:1:2)');
});

test('takes no more stacks a second than its share of the time allows', () => {
  let taken = 0;
  for (let count = 0; count < MAX_STACKS_PER_SECOND * 3; count++) if (takeStack() !== undefined) taken++;
  assert.ok(taken >= 1);
  assert.ok(taken < MAX_STACKS_PER_SECOND * 3);
});

test.run();
