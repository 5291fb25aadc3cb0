import { runInNewContext } from 'node:vm';
import { assert, suite } from '@oxbow/testkit';
import { isGenerator, isGeneratorFunction, isThenable } from '../../src/task/coroutine.ts';

const test = suite('what a coroutine may be');

function* generator(): Generator<never, void, unknown> {}
async function* asyncGenerator(): AsyncGenerator<never, void, unknown> {}

test('a generator function is told from every other function', () => {
  assert.ok(isGeneratorFunction(generator));
  for (const other of [() => {}, async () => {}, asyncGenerator, class {}, {}, undefined]) {
    assert.not(isGeneratorFunction(other));
  }
});

test('a generator is told from iterators, which nobody drives', () => {
  assert.ok(isGenerator(generator()));
  for (const other of [
    [].values(),
    new Map().keys(),
    { next: () => {} },
    asyncGenerator(),
    generator,
    null,
    5,
  ]) {
    assert.not(isGenerator(other));
  }
});

test('anything with a then is a thenable, whatever it is', () => {
  const named = Object.assign(() => {}, { then: () => {} });
  for (const value of [Promise.resolve(), { then() {} }, named, runInNewContext('Promise.resolve()')]) {
    assert.ok(isThenable(value));
  }
  for (const value of [undefined, null, 5, 'then', {}, { then: true }]) assert.not(isThenable(value));
});

test.run();
