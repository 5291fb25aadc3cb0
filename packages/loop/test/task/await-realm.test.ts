import { assert, suite } from '@oxbow/testkit';
import { inAwaitRealm, isOfAwait } from '../../src/task/await-realm.ts';

const test = suite('await-realm');

/** What a thenable is handed by whoever follows it. */
function followed(): { readonly promise: PromiseLike<number>; readonly handlers: unknown[] } {
  const handlers: unknown[] = [];
  const then = inAwaitRealm((...handed: unknown[]) => {
    handlers.push(...handed);
    (handed[0] as (value: number) => void)(1);
  });
  return { promise: { then } as PromiseLike<number>, handlers };
}

test('knows both handlers of an await, and of a promise that follows', async () => {
  const awaited = followed();
  assert.is(await awaited.promise, 1);
  assert.equal(awaited.handlers.map(isOfAwait), [true, true]);
  const adopted = followed();
  assert.is(await new Promise((resolve) => resolve(adopted.promise)), 1);
  assert.equal(adopted.handlers.map(isOfAwait), [true, true]);
});

test('knows no other functions, not even those that resolve a promise of somebody', () => {
  const { resolve } = Promise.withResolvers();
  for (const other of [
    () => 1,
    resolve,
    resolve.bind(undefined),
    console.log,
    Function,
    null,
    undefined,
    {},
  ]) {
    assert.not(isOfAwait(other));
  }
});

test('gives `this` and the result through', () => {
  const subject = {
    value: 2,
    then: inAwaitRealm(function (this: { value: number }, ...handlers: number[]) {
      return this.value + (handlers[0] ?? 0) + (handlers[1] ?? 0);
    }),
  };
  assert.is(subject.then(3, 4), 9);
});

test.run();
