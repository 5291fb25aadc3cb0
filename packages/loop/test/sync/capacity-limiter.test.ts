import { assert, suite } from '@oxbow/testkit';
import { CapacityLimiter, checkpoint, createTask, gather, sleep } from '../../src/index.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('CapacityLimiter');

inBothForms(
  test,
  'lends its tokens to tasks, first come, first served, and more when it grows',
  [['a', 'b'], ['a', 'b', 'c'], 3],
  async () => {
    const limiter = new CapacityLimiter(2);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      createTask(async () =>
        limiter.run(async () => {
          log.push(name);
          await sleep(10);
        }),
      );
    }
    await sleep(1);
    const before = [...log];
    limiter.totalTokens = 3;
    await sleep(1);
    return [before, [...log], limiter.borrowedTokens];
  },
  function* () {
    const limiter = new CapacityLimiter(2);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      createTask(function* () {
        yield* limiter.run(function* () {
          log.push(name);
          yield* sleep(10);
        });
      });
    }
    yield* sleep(1);
    const before = [...log];
    limiter.totalTokens = 3;
    yield* sleep(1);
    return [before, [...log], limiter.borrowedTokens];
  },
);

test('a task that asks again is told so, and one that has nothing cannot give back', async () => {
  await virtually(async () => {
    const limiter = new CapacityLimiter(2);
    const held = await limiter.acquire();
    assert.is(await limiter.acquire().then(() => '', nameOf), 'UsageError');
    held[Symbol.dispose]();
    assert.throws(() => limiter.release(), /holds no token/);
  });
});

test('lends on behalf of anything, and shrinks as tokens come back', async () => {
  await virtually(async () => {
    const limiter = new CapacityLimiter(2);
    await limiter.acquireOnBehalfOf('x');
    await limiter.acquireOnBehalfOf('y');
    limiter.totalTokens = 1;
    const third = createTask(async () => limiter.acquireOnBehalfOf('z'));
    await checkpoint();
    assert.equal(limiter.statistics(), {
      totalTokens: 1,
      borrowedTokens: 2,
      availableTokens: 0,
      tasksWaiting: 1,
    });
    limiter.releaseOnBehalfOf('x');
    await checkpoint();
    assert.not(third.done);
    limiter.releaseOnBehalfOf('y');
    await third;
    assert.is(limiter.borrowedTokens, 1);
    assert.is(limiter.availableTokens, 0);
  });
});

test('a cancelled waiter leaves', async () => {
  await virtually(async () => {
    const limiter = new CapacityLimiter(1);
    await limiter.acquireOnBehalfOf('x');
    const waiting = createTask(async () => limiter.acquire());
    await checkpoint();
    waiting.cancel();
    await checkpoint();
    assert.is(limiter.statistics().tasksWaiting, 0);
  });
});

test('has at least one token', () => {
  assert.is(new CapacityLimiter(Number.POSITIVE_INFINITY).availableTokens, Number.POSITIVE_INFINITY);
  assert.throws(() => new CapacityLimiter(0), /integer of 1 or more, or Infinity, got 0/);
});

test('a borrower that waits twice is lent one token, and told so the second time', async () => {
  await virtually(async () => {
    const limiter = new CapacityLimiter(1);
    await limiter.acquireOnBehalfOf('first');
    const twice = [1, 2].map(() =>
      createTask(async () => limiter.acquireOnBehalfOf('greedy').then(() => 'has one', nameOf)),
    );
    await checkpoint();
    limiter.releaseOnBehalfOf('first');
    await checkpoint();
    limiter.totalTokens = 2;
    assert.equal(await gather(twice), ['has one', 'UsageError']);
    assert.is(limiter.borrowedTokens, 1);
  });
});

test.run();
