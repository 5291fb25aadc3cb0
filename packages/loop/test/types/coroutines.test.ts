// What the types promise, checked by tsc over this file: a line below `@ts-expect-error` must not compile. Run, it only
// shows that the values agree with their types.
// covers: src/index.ts

import { assert, suite } from '@oxbow/testkit';
import {
  type Awaitable,
  asCompleted,
  CancelScope,
  type Coroutine,
  call,
  createTask,
  gather,
  Lock,
  type NoStray,
  type Op,
  Queue,
  type Result,
  race,
  run,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  waitFor,
} from '../../src/index.ts';
import { virtuallyGenerated } from '../forms.ts';

const test = suite('types');

/** Compiles only when both are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(proof: Same<A, B>): void {
  assert.ok(proof);
}

function* answer(): Coroutine<number> {
  yield* sleep(0);
  return 42;
}

test('yield* infers what each Op gives', async () => {
  await virtuallyGenerated(function* () {
    const queue = new Queue<string>();
    queue.putNoWait('item');
    const item = yield* queue.get();
    same<typeof item, string>(true);
    const nothing = yield* sleep(0);
    same<typeof nothing, void>(true);
    const number = yield* call(answer());
    same<typeof number, number>(true);
    const plain = yield* answer();
    same<typeof plain, number>(true);
    assert.equal([item, nothing, number, plain], ['item', undefined, 42, 42]);
  });
});

test('an Op is a Promise of its value, and of nothing else', async () => {
  await virtuallyGenerated(function* () {
    const slept: Promise<void> = sleep(1);
    const returned = async (): Promise<number> => createTask(async () => 1);
    const passedOn = (op: Op<number>): Promise<number> => op;
    // @ts-expect-error: of another value
    const wrong = (op: Op<number>): Promise<string> => op;
    const caught = createTask(async () => 'a').catch((error: Error) => error);
    same<Awaited<typeof caught>, string | Error>(true);
    const ended = sleep(1).finally(() => {});
    same<Awaited<typeof ended>, void>(true);
    assert.is(typeof wrong, 'function');
    assert.equal(yield* gather(slept, returned(), passedOn(createTask(async () => 2))), [undefined, 1, 2]);
    assert.equal(yield* gather(caught, ended), ['a', undefined]);
  });
});

test('createTask infers the result of each kind of function', async () => {
  const asynchronous = createTask(async () => 'a');
  same<typeof asynchronous, Task<string>>(true);
  const generated = createTask(answer);
  same<typeof generated, Task<number>>(true);
  const arrow = createTask(() => answer());
  same<typeof arrow, Task<number>>(true);
  const plain = createTask(() => 5 as number);
  same<typeof plain, Task<number>>(true);
  const operation = createTask(() => sleep(0));
  same<typeof operation, Task<void>>(true);
  assert.equal(await gather(asynchronous, generated, arrow, plain, operation), ['a', 42, 42, 5, undefined]);
});

test('gather keeps the tuple; race and waitFor the member', async () => {
  const listed = await gather([createTask(async () => 'a'), answer(), Promise.resolve(true)]);
  same<typeof listed, [string, number, boolean]>(true);
  const spread = await gather(
    createTask(async () => 'a'),
    createTask(async () => 1),
  );
  same<typeof spread, [string, number]>(true);
  const many = await gather([1, 2].map((value) => createTask(async () => value)));
  same<typeof many, number[]>(true);
  const first = race(
    createTask(async () => 'a' as string),
    createTask(async () => 1 as number),
  );
  same<typeof first, Op<string | number>>(true);
  const inTime = waitFor(answer(), 1000);
  same<typeof inTime, Op<number>>(true);
  await first;
  assert.is(await inTime, 42);
});

test('scopes give the result of their body', async () => {
  const timed = timeout(1000, answer);
  same<typeof timed, Op<number>>(true);
  const grouped = TaskGroup.run(async (group) => group.size);
  same<typeof grouped, Op<number>>(true);
  const ran = run(answer);
  same<typeof ran, Promise<number>>(true);
  assert.equal(await Promise.all([timed, grouped, ran]), [42, 0, 42]);
});

test('whatever can be waited for is Awaitable', () => {
  const all: Awaitable<unknown>[] = [sleep(0), createTask(async () => 1), Promise.resolve(1), answer()];
  assert.is(all.length, 4);
});

// A forgotten star: none of these may compile. They are never called.
export function forgottenStars(): void {
  // @ts-expect-error the generator yields an Op itself
  createTask(function* () {
    yield sleep(1);
  });
  // @ts-expect-error as above
  void run(function* () {
    yield sleep(1);
  });
  // @ts-expect-error as above
  timeout(1, function* () {
    yield sleep(1);
  });
  // @ts-expect-error as above
  TaskGroup.run(function* () {
    yield sleep(1);
  });
  const stray = function* (): Generator<Op<void>, number> {
    yield sleep(1);
    return 1;
  };
  // @ts-expect-error as above
  call(stray());
  TaskGroup.run(async (group) => {
    // @ts-expect-error as above
    group.createTask(stray);
  });
  // @ts-expect-error a bare yield without anything
  void run(function* () {
    yield;
  });
  // @ts-expect-error one star is there, the other is not
  createTask(function* () {
    yield* sleep(1);
    yield sleep(1);
  });
  // @ts-expect-error a list is no coroutine, whatever it delegates to
  createTask(function* () {
    yield* [1, 2];
  });
  // @ts-expect-error as above, annotated
  gather([stray()]);
  // @ts-expect-error as above
  waitFor(stray(), 1);
  // @ts-expect-error an async generator would never be run
  createTask(async function* () {
    yield 1;
  });
  // @ts-expect-error an Op is no function
  createTask(sleep(1));
  // @ts-expect-error nor is a promise
  createTask(Promise.resolve(1));
  createTask(function* () {
    // @ts-expect-error the value of a bare yield has no type of its own (TS7057)
    const value = yield sleep(1);
    return value;
  } as never);
}

test('a generator that does not wait at all is a coroutine too', async () => {
  // biome-ignore lint/correctness/useYield: that it does not is the subject
  const task = createTask(function* () {
    return 'no wait';
  });
  same<typeof task, Task<string>>(true);
  assert.is(await task, 'no wait');
});

/** A wrapper that takes what createTask takes says so with NoStray, and keeps the inference. */
function named<R>(name: string, fn: (() => R) & NoStray<R>): Task<Result<R>> {
  return createTask(fn, { name });
}

/** One for a single form needs no more than that form's type. */
function inTime<T>(fn: () => Coroutine<T>): Op<T> {
  return timeout(1000, fn);
}

test('wrappers keep the inference', async () => {
  const generated = named('generated', answer);
  same<typeof generated, Task<number>>(true);
  const asynchronous = named('asynchronous', async () => 'a');
  same<typeof asynchronous, Task<string>>(true);
  const limited = inTime(answer);
  same<typeof limited, Op<number>>(true);
  assert.equal(
    [await generated, generated.name, await asynchronous, await limited],
    [42, 'generated', 'a', 42],
  );
});

test('functions that give several kinds of thing, another task, or nothing at all are inferred', async () => {
  const either = createTask(() => (Date.now() > 0 ? Promise.resolve('a' as string) : (1 as number)));
  same<typeof either, Task<string | number>>(true);
  const task = createTask(() => createTask(async () => 1));
  same<typeof task, Task<number>>(true);
  const nothing = createTask(() => {});
  same<typeof nothing, Task<void>>(true);
  const failing = createTask(() => {
    throw new RangeError('never');
  });
  same<typeof failing, Task<never>>(true);
  const mixed = createTask(function* () {
    if (Date.now() > 0) return 'early' as const;
    yield* sleep(1);
    return 1 as const;
  });
  same<typeof mixed, Task<'early' | 1>>(true);
  const many = [answer, answer].map((coroutine) => createTask(coroutine));
  same<typeof many, Task<number>[]>(true);
  assert.equal(await gather([either, task, nothing, mixed, ...many]), ['a', 1, undefined, 'early', 42, 42]);
  assert.ok((await failing.then(undefined, (error: unknown) => error)) instanceof RangeError);
});

test('an Op in an async program is a thenable like others', async () => {
  const [first, second] = await Promise.all([createTask(async () => 1), call(answer())]);
  same<typeof first, number>(true);
  same<typeof second, number>(true);
  const left = new CancelScope().run(async () => 1);
  same<typeof left, Op<number | undefined>>(true);
  const locked = new Lock().run(() => 'a' as string);
  same<typeof locked, Op<string>>(true);
  for await (const value of asCompleted([createTask(async () => 1), answer()]))
    same<typeof value, number>(true);
  assert.equal([first, second, await left, await locked], [1, 42, 1, 'a']);
});

test.run();
