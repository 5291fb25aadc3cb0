// covers: src/object/thread-object.ts, src/worker/worker-end.ts
import { DatabaseSync } from 'node:sqlite';
import {
  CancelledError,
  createTask,
  currentLoop,
  gather,
  OxbowError,
  run,
  type UnhandledFailure,
  UsageError,
} from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import { MAX_EVENTS } from '../../src/call/wire.ts';
import {
  BacklogFullError,
  type InThread,
  moduleAt,
  ObjectClosedError,
  openInThread,
  type RemoteCall,
  transfer,
  UncloneableError,
  WorkerExitError,
} from '../../src/index.ts';
import type { Counter, Ticker } from '../fixtures/counter.ts';

const test = suite('an object in a thread');

const counters = () => import('../fixtures/counter.ts');

const newFlags = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

const raised = (flags: Int32Array, index: number): Promise<unknown> =>
  until(`flag ${index} to be raised in the thread`, () => Atomics.load(flags, index) === 1);

async function failureOf(call: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

test('keeps its state from call to call; methods may be plain, async or generators', async () => {
  const counter = await openInThread(counters, 'Counter', 10);
  assert.is(await counter.add(1), 11);
  assert.is(await counter.addSlowly(2), 13);
  assert.is(await counter.addByGenerator(3), 16);
  await counter.close();
});

test('calls run one at a time, in the order they were made, those that wait too', async () => {
  const counter = await openInThread(counters, 'Counter');
  const sums = await gather([counter.addSlowly(1), counter.add(1), counter.addSlowly(1), counter.add(1)]);
  assert.equal(sums, [1, 2, 3, 4]);
  assert.equal(await counter.words(), ['added 1 slowly', 'add 1', 'added 1 slowly', 'add 1']);
  const many = Array.from({ length: 1000 }, () => counter.add(1));
  assert.equal(
    await gather(many),
    many.map((_, index) => index + 5),
  );
  await counter.close();
});

test('is awaited from a generator as well, and its calls are', async () => {
  const count = await run(function* () {
    const counter = yield* openInThread(counters, 'Counter', 1);
    return yield* counter.add(1);
  });
  assert.is(count, 2);
});

test('is named by a closure, a reference, a URL, or options that hold one of them', async () => {
  const url = new URL('../fixtures/counter.ts', import.meta.url);
  const opened: InThread<Counter>[] = [
    await openInThread(() => import('../fixtures/counter.ts'), 'Counter', 1),
    await openInThread(moduleAt<typeof import('../fixtures/counter.ts')>(url), 'Counter', 1),
    await openInThread<typeof import('../fixtures/counter.ts'), 'Counter'>(url, 'Counter', 1),
    await openInThread({ module: counters, name: 'beans' }, 'Counter', 1),
  ];
  for (const counter of opened) assert.is(await counter.add(1), 2);
  for (const counter of opened) await counter.close();
});

test('is made by a function as well, which may be async', async () => {
  const counter = await openInThread(counters, 'makeCounter', 5);
  assert.is(await counter.add(1), 6);
  await counter.close();
});

test("a class of Node's own can be opened too", async () => {
  const database = await openInThread(
    { module: () => import('node:sqlite'), execArgv: ['--disable-warning=ExperimentalWarning'] },
    'DatabaseSync',
    ':memory:',
  );
  await database.exec('CREATE TABLE t (n INTEGER)');
  assert.ok((await failureOf(database.exec('nonsense'))).message.includes('syntax error'));
  await database.close();
  assert.is(typeof DatabaseSync, 'function');
});

test('names, arguments and results are typed by the class', () => {
  const typed = async (counter: InThread<Counter>, ticker: InThread<Ticker>): Promise<void> => {
    const sum: RemoteCall<number> = counter.addSlowly(1);
    const generated: RemoteCall<number> = counter.addByGenerator(1);
    void [sum, generated];
    // @ts-expect-error a number is asked for
    counter.add('1');
    // @ts-expect-error there is no such method
    counter.subtract(1);
    // @ts-expect-error it emits nothing
    counter.on('tick', () => {});
    ticker.on('odd', (n: number, half: number) => void [n, half]);
    // @ts-expect-error there is no such event
    ticker.on('tock', () => {});
    // @ts-expect-error the methods of EventEmitter stay in the thread
    ticker.emit('tick', 1);
    // @ts-expect-error the constructor takes a number
    await openInThread(counters, 'Counter', 'one');
    // @ts-expect-error no class of the module has that name
    await openInThread(counters, 'Abacus');
  };
  assert.is(typeof typed, 'function');
});

test('what a method throws arrives as what it was, and the object goes on', async () => {
  const counter = await openInThread(counters, 'Counter');
  const failure = await failureOf(counter.fail('no'));
  assert.instance(failure, OxbowError);
  assert.equal([failure.message, failure.code], ['no', 'ERR_OXBOW_OF_THE_COUNTER']);
  assert.is(await counter.add(1), 1);
  await counter.close();
});

test('what cannot cross is refused in both directions, and the object goes on', async () => {
  const counter = await openInThread(counters, 'Counter');
  const there = await failureOf(counter.add((() => {}) as never));
  assert.instance(there, UncloneableError);
  assert.match(there.message, /argument 1 cannot cross to the other side: it is a function/);
  assert.instance(await failureOf(counter.give()), UncloneableError);
  assert.is(await counter.add(1), 1);
  await counter.close();
});

test('transfer() moves there and back', async () => {
  const counter = await openInThread(counters, 'Counter');
  const bytes = new Uint8Array([1, 2, 3]);
  const [first, second] = [counter.bounce(transfer(bytes)), counter.bounce(transfer(new Uint8Array([4])))];
  assert.equal([...(await first)], [1, 2, 3]);
  assert.equal([...(await second)], [4]);
  assert.is(bytes.length, 0);
  await counter.close();
});

// Opening that fails

test('what the constructor throws fails the opening, and the thread is gone', async () => {
  const failure = await failureOf(openInThread(counters, 'Counter', -1));
  assert.instance(failure, RangeError);
  assert.is(failure.message, 'a counter begins at 0 or more, got -1');
});

test('a thread that ends while the object is made fails the opening with how', async () => {
  const failure = await failureOf(openInThread(counters, 'Unborn', 'exits'));
  assert.instance(failure, WorkerExitError);
  assert.is(failure.exitCode, 3);
});

test('cancelling the opening ends the thread, even one that hangs in the constructor', async () => {
  const flags = newFlags();
  const opening = openInThread(counters, 'Unborn', 'hangs', flags);
  await raised(flags, 0);
  opening.cancel('enough');
  const failure = await failureOf(opening);
  assert.instance(failure, CancelledError);
  assert.is(failure.reason, 'enough');
});

test('a name that is not exported, a module that is none, and what gives no object say what to write', async () => {
  const missing = await failureOf(openInThread(counters, 'Countr' as never));
  assert.is(missing.code, 'ERR_OXBOW_THREADS_NO_SUCH_FUNCTION');
  assert.match(missing.message, /did you mean "Counter"\?/);
  const computed = '../fixtures/counter.ts';
  const unread = await failureOf(openInThread(() => import(computed), 'Counter'));
  assert.is(unread.code, 'ERR_OXBOW_THREADS_NOT_A_MODULE');
  const nothing = await failureOf(openInThread(counters, 'makeNothing'));
  assert.is(nothing.code, 'ERR_OXBOW_THREADS_NOT_AN_OBJECT');
  assert.match(nothing.message, /makeNothing\(\) gave no object to keep in the thread, but 5/);
  const reserved = await failureOf(openInThread(counters, 'Reserved'));
  assert.is(reserved.code, 'ERR_OXBOW_THREADS_RESERVED_NAME');
  assert.match(reserved.message, /has a method "then"/);
});

// Events

test('events come back in their order, before the result of the call that emitted them', async () => {
  const ticker = await openInThread(counters, 'Ticker');
  const heard: unknown[] = [];
  ticker.on('tick', (n) => heard.push(n));
  ticker.on('odd', (n, half) => heard.push([n, half]));
  heard.push(`run ${await ticker.run(3)}`);
  assert.equal(heard, [1, [1, 0.5], 2, 3, [3, 1.5], 'run 3']);
  await ticker.close();
});

test('a listener that was taken off hears nothing more, and nothing more is sent', async () => {
  const ticker = await openInThread(counters, 'Ticker');
  const heard: number[] = [];
  const [off, offToo] = [ticker.on('tick', (n) => heard.push(n)), ticker.on('tick', (n) => heard.push(-n))];
  await ticker.run(1);
  off();
  off();
  await ticker.run(1);
  assert.equal(heard, [1, -1, -1]);
  assert.is(await ticker.listeners_(), 1);
  offToo();
  assert.is(await ticker.listeners_(), 0);
  await ticker.close();
});

test('a thread that emits faster than this side hears waits: no more than the bound is on its way', async () => {
  const ticker = await openInThread(counters, 'Ticker');
  let heard = 0;
  ticker.on('tick', () => heard++);
  assert.is(await ticker.run(3 * MAX_EVENTS + 1), 3 * MAX_EVENTS + 1);
  assert.is(heard, 3 * MAX_EVENTS + 1);
  await ticker.close();
});

test('an event that cannot cross throws where it is emitted', async () => {
  const ticker = await openInThread(counters, 'Ticker');
  ticker.on('bad', () => {});
  const failure = await failureOf(ticker.emitSomethingUncloneable());
  assert.instance(failure, UncloneableError);
  assert.match(failure.message, /event "bad"\[0\] cannot cross/);
  await ticker.close();
});

test('what a listener throws, or rejects with, is reported, and the others hear', async () => {
  const reported: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error }: UnhandledFailure) => reported.push(String(error));
    const ticker = await openInThread(counters, 'Ticker');
    let heard = 0;
    ticker.on('tick', () => {
      throw new Error('thrown');
    });
    ticker.on('tick', async () => {
      throw new Error('rejected');
    });
    ticker.on('tick', () => heard++);
    await ticker.run(1);
    assert.is(heard, 1);
    await ticker.close();
  });
  assert.equal(reported, ['Error: thrown', 'Error: rejected']);
});

test('an object that is no EventEmitter says so', async () => {
  const counter = await openInThread(counters, 'Counter');
  assert.throws(
    () => (counter as unknown as InThread<Ticker>).on('tick', () => {}),
    (error: unknown) => error instanceof UsageError && error.code === 'ERR_OXBOW_THREADS_NO_EVENTS',
  );
  await counter.close();
});

// Cancellation

test('a call that waits is taken back when it is cancelled: it never runs, and the others do', async () => {
  const counter = await openInThread(counters, 'Counter');
  const flags = newFlags();
  const hanging = counter.hang(flags);
  const [waiting, behind] = [counter.add(100), counter.add(1)];
  await raised(flags, 0);
  waiting.cancel();
  assert.ok(waiting.cancelled);
  hanging.cancel();
  assert.is(await behind, 1);
  await counter.close();
});

test('a call that runs is told, and waited for until its cleanup is done', async () => {
  const counter = await openInThread(counters, 'Counter');
  for (const method of ['hang', 'spinUntilAborted'] as const) {
    const flags = newFlags();
    const call = counter[method](flags);
    await raised(flags, 0);
    call.cancel('enough');
    const failure = await failureOf(call);
    assert.is(failure.reason, 'enough');
    assert.is(flags[1], 1);
  }
  assert.is(await counter.add(1), 1);
  await counter.close();
});

test('a cancelled task cancels the call it awaits', async () => {
  const counter = await openInThread(counters, 'Counter');
  const flags = newFlags();
  const task = createTask(async () => counter.hang(flags));
  await raised(flags, 0);
  task.cancel();
  await failureOf(task);
  assert.is(flags[1], 1);
  await counter.close();
});

test('a cancelled call that goes on after graceMs costs the thread, and with it every other call', async () => {
  const counter = await openInThread({ module: counters, graceMs: 0 }, 'Counter');
  const flags = newFlags();
  const spinning = counter.spin(flags);
  const behind = counter.add(1);
  await raised(flags, 0);
  spinning.cancel();
  assert.ok((await failureOf(spinning)) instanceof CancelledError);
  assert.ok((await failureOf(behind)) instanceof WorkerExitError);
});

// Ends

test('a crash is the error of every call in flight and of every later one', async () => {
  const counter = await openInThread(counters, 'Counter');
  const [dying, behind] = [counter.die(), counter.add(1)];
  const [under, before] = [await failureOf(dying), await failureOf(behind)];
  assert.match(under.message, /^The worker ended while it ran die\(\) \(exit code 7\)$/);
  assert.match(before.message, /^The worker ended before it ran add\(\) \(exit code 7\)$/);
  const later = await failureOf(counter.words());
  for (const failure of [under, before, later]) {
    assert.instance(failure, WorkerExitError);
    assert.equal([failure.exitCode, failure.code], [7, 'ERR_OXBOW_THREADS_WORKER_EXITED']);
  }
  await counter.close();
});

test('an error that nobody catches in the thread is the cause', async () => {
  const counter = await openInThread(counters, 'Counter');
  await counter.dieLater();
  const failure = await failureOf(counter.hang(newFlags()));
  assert.instance(failure, WorkerExitError);
  assert.match(failure.message, /nobody catches this/);
  assert.instance(failure.cause, TypeError);
});

test('close runs what was called before, closes the object, and refuses what comes after', async () => {
  const counter = await openInThread({ module: counters, name: 'beans' }, 'Counter');
  const before = counter.addSlowly(1);
  const closing = counter.close();
  assert.is(counter.close(), closing);
  const failure = await failureOf(counter.add(1));
  assert.instance(failure, ObjectClosedError);
  assert.is(failure.message, 'beans is closed');
  assert.is(await before, 1);
  await closing;
});

test('close ends the thread, and fails with what the object’s own close threw', async () => {
  const counter = await openInThread(counters, 'Counter');
  await counter.add(13);
  assert.is((await failureOf(counter.close())).message, 'it will not close on 13');
});

test('an object without close is disposed of', async () => {
  const flags = newFlags();
  const object = await openInThread(counters, 'Disposable', flags);
  await object[Symbol.asyncDispose]();
  assert.is(flags[0], 1);
});

test('terminate waits for nothing: every call is cancelled', async () => {
  const counter = await openInThread(counters, 'Counter');
  const flags = newFlags();
  const calls = [counter.spin(flags), counter.add(1)];
  await raised(flags, 0);
  await counter.terminate('enough');
  for (const call of calls) assert.is((await failureOf(call)).reason, 'enough');
  assert.instance(await failureOf(counter.add(1)), ObjectClosedError);
  await counter.close();
});

test('run closes what is left when it ends, and cancels the calls that are under way', async () => {
  const flags = newFlags();
  const hangs = newFlags();
  let hanging: RemoteCall<void> | undefined;
  await run(async () => {
    await openInThread(counters, 'Disposable', flags);
    const counter = await openInThread(counters, 'Counter');
    hanging = counter.hang(hangs);
    await raised(hangs, 0);
  });
  assert.is(flags[0], 1);
  assert.is(hangs[1], 1);
  assert.ok(hanging!.cancelled);
});

test('an object that does not close within graceMs does not hold up the end of run', async () => {
  const reported: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error }: UnhandledFailure) => reported.push(String(error));
    await openInThread({ module: counters, graceMs: 0 }, 'Stubborn');
  });
  assert.is(reported.length, 1);
  assert.match(reported[0]!, /WorkerExitError: The worker ended/);
});

// Bounds

test('as many calls as maxQueue may be under way or wait; one more is refused', async () => {
  const counter = await openInThread({ module: counters, maxQueue: 2 }, 'Counter');
  const allowed = [counter.add(1), counter.add(1)];
  const failure = await failureOf(counter.add(1));
  assert.instance(failure, BacklogFullError);
  assert.is(failure.maxQueue, 2);
  assert.equal(await gather(allowed), [1, 2]);
  assert.is(await counter.add(1), 3);
  await counter.close();
});

test.run();
