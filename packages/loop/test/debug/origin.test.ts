import { assert, suite } from '@oxbow/testkit';
import {
  isOwnFrame,
  MAX_STACKS_AT_ONCE,
  originOf,
  placeIn,
  readablePlace,
  refillStacks,
  rememberOrigin,
  STACKS_PER_SECOND,
  takeOpStack,
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

/** How many stacks can be had at once. */
function takeAll(take: () => unknown): number {
  let taken = 0;
  while (taken <= MAX_STACKS_AT_ONCE && take() !== undefined) taken++;
  return taken;
}

function refillFor(seconds: number): void {
  for (let tenth = 0; tenth < 10 * seconds; tenth++) refillStacks();
}

test('takes so many stacks at once, then so many a second, and never saves up more', () => {
  takeAll(takeStack);
  assert.is(takeStack(), undefined);
  refillFor(1);
  assert.is(takeAll(takeStack), STACKS_PER_SECOND);
  refillFor(3 * (MAX_STACKS_AT_ONCE / STACKS_PER_SECOND));
  assert.is(takeAll(takeStack), MAX_STACKS_AT_ONCE);
});

test('Ops leave half of them to tasks', () => {
  refillFor(MAX_STACKS_AT_ONCE / STACKS_PER_SECOND);
  assert.is(takeAll(takeOpStack), MAX_STACKS_AT_ONCE / 2);
  assert.is(takeOpStack(), undefined);
  assert.is(takeAll(takeStack), MAX_STACKS_AT_ONCE / 2);
});

test.run();
