/** One cancel: however a consumer leaves, whatever the source is doing, the same things happen in the same order. */
import { createTask, sleep } from '@oxbow/loop';
import { type Emitter, mapAsync, mergeMap, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('cancel matrix');

interface Probe {
  readonly stream: Stream<number>;
  readonly teardowns: () => number;
}

type Source = (out: Emitter<number>) => void;

/** What a source may be doing when its consumer leaves. */
const SOURCES: Record<string, Source> = {
  'has emitted nothing and hangs': () => {},
  'has emitted one value and hangs': (out) => out.next(0),
  'has filled the buffer': (out) => {
    for (let i = 0; i < 100; i++) out.next(i);
  },
  'emits a batch': (out) => out.batch(Array.from({ length: 100 }, (_, i) => i)),
  'emits on later turns': (out) => {
    setImmediate(() => out.next(0));
  },
};

/** What may stand between. */
const PIPELINES: Record<string, (stream: Stream<number>) => Stream<number>> = {
  'no operator': (stream) => stream,
  'a stock operator': (stream) => stream.pipe(map((x) => x)),
  'mapAsync that hangs': (stream) => stream.pipe(mapAsync(() => new Promise<number>(() => {}))),
  'mergeMap over a stream': (stream) => stream.pipe(mergeMap((x) => Stream.from([x, x]))),
};

/** How a consumer may leave. Each resolves once it has left, and says whether the teardown had run when the act returned. */
const WAYS: Record<string, (probe: Probe) => Promise<boolean>> = {
  'unsubscribe()': async ({ stream, teardowns }) => {
    const subscription = stream.subscribe();
    await turn();
    subscription.unsubscribe();
    return teardowns() === 1;
  },
  'iterator.return()': async ({ stream, teardowns }) => {
    const iterator = stream.values();
    const pending = iterator.next();
    await turn();
    const returned = iterator.return();
    const tornDown = teardowns() === 1;
    assert.equal(await returned, { done: true, value: undefined });
    await pending;
    assert.equal(await iterator.next(), { done: true, value: undefined });
    return tornDown;
  },
  'iterator.return() of batches()': async ({ stream, teardowns }) => {
    const iterator = stream.batches();
    const pending = iterator.next();
    await turn();
    const returned = iterator.return();
    const tornDown = teardowns() === 1;
    await returned;
    await pending;
    return tornDown;
  },
  'Symbol.asyncDispose': async ({ stream, teardowns }) => {
    const iterator = stream.values();
    const pending = iterator.next();
    await turn();
    const disposed = iterator[Symbol.asyncDispose]();
    const tornDown = teardowns() === 1;
    await disposed;
    await pending;
    return tornDown;
  },
  'an AbortSignal of values()': async ({ stream, teardowns }) => {
    const controller = new AbortController();
    const iterator = stream.values({ signal: controller.signal });
    const first = iterator.next().catch(() => 'rejected');
    await turn();
    controller.abort('enough');
    const tornDown = teardowns() === 1;
    if ((await first) !== 'rejected') assert.is(await reasonOf(iterator.next()), 'enough');
    assert.equal(await iterator.next(), { done: true, value: undefined });
    return tornDown;
  },
  'an AbortSignal of forEach()': async ({ stream, teardowns }) => {
    const controller = new AbortController();
    const done = stream.forEach(hang, { signal: controller.signal });
    await turn();
    controller.abort('enough');
    const tornDown = teardowns() === 1;
    assert.is(await reasonOf(done), 'enough');
    return tornDown;
  },
  'the cancel of a task in next()': async ({ stream, teardowns }) => {
    const iterator = stream.values();
    const task = createTask(async () => {
      for (;;) {
        const result = await iterator.next();
        if (result.done === true) await sleep(1_000_000);
      }
    });
    return cancelled(task, teardowns);
  },
  'the cancel of a task in forEach()': async ({ stream, teardowns }) => {
    const task = createTask(async () => {
      await stream.forEach(hang);
    });
    return cancelled(task, teardowns);
  },
  'the cancel of a task in to()': async ({ stream, teardowns }) => {
    const task = createTask(async () => {
      await stream.to({ write: hang });
    });
    return cancelled(task, teardowns);
  },
  'the cancel of a task in collect()': async ({ stream, teardowns }) => {
    const task = createTask(async () => {
      await stream.collect();
    });
    return cancelled(task, teardowns);
  },
  'leaving for await': async ({ stream, teardowns }) => {
    // A source that stays silent cannot be left from inside the loop: the signal leaves for it.
    const controller = new AbortController();
    const left = (async () => {
      for await (const _ of stream.values({ signal: controller.signal })) break;
    })().catch((reason: unknown) => reason);
    await turn();
    if (teardowns() === 1) return true;
    controller.abort('silent');
    const tornDown = teardowns() === 1;
    assert.is(await left, 'silent');
    return tornDown;
  },
};

for (const [way, leave] of Object.entries(WAYS)) {
  for (const [doing, start] of Object.entries(SOURCES)) {
    for (const [standing, build] of Object.entries(PIPELINES)) {
      test(`${way} tears down at once where the source ${doing}, behind ${standing}`, async () => {
        let teardowns = 0;
        const source = new Stream<number>((out) => {
          start(out);
          return () => {
            teardowns++;
          };
        });
        assert.ok(await leave({ stream: build(source), teardowns: () => teardowns }), 'not within the call');
        await turn();
        assert.is(teardowns, 1);
      });
    }
  }
}

async function cancelled(
  task: { cancel(): boolean; then: PromiseLike<unknown>['then'] },
  teardowns: () => number,
): Promise<boolean> {
  await turn();
  task.cancel();
  // The cancellation reaches the task on the loop's next turn, and the teardown runs within that.
  const error = await reasonOf(Promise.resolve(task));
  assert.is((error as { code?: string }).code, 'ERR_OXBOW_LOOP_CANCELLED');
  return teardowns() === 1;
}

async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not reject.');
}

function hang(): Promise<void> {
  return new Promise(() => {});
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

test.run();
