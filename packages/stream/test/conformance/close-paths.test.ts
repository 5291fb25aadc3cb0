// covers: src/teardown.ts, src/terminal/abort.ts, src/terminal/run-sink.ts
/**
 * Leaving at the worst moments: while the producer is still being started, from within a value, from within an operator, and
 * twice. The teardown runs once, within the call; what was buffered is read before an error.
 */
import { createTask, currentTask } from '@oxbow/loop';
import { type Emitter, mapAsync, mergeMap, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map, Subscriber } from 'rxjs';

const test = suite('close paths');

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const quietly = (promise: PromiseLike<unknown>): void => void promise.then(undefined, () => {});
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (reason) => reason,
  );

type Leave = () => void;

/** Begins to consume the stream; `arm` is given what makes this consumer leave, before the source is subscribed to. */
type Consumer = (stream: Stream<number>, arm: (leave: Leave) => void) => void;

const CONSUMERS: Record<string, Consumer> = {
  'unsubscribe()': (stream, arm) => {
    const subscriber = new Subscriber<number>({ next() {}, error() {}, complete() {} });
    arm(() => subscriber.unsubscribe());
    stream.subscribe(subscriber);
  },
  'return() of values()': (stream, arm) => {
    const iterator = stream.values();
    arm(() => quietly(iterator.return()));
    quietly(iterator.next());
  },
  'return() of batches()': (stream, arm) => {
    const iterator = stream.batches();
    arm(() => quietly(iterator.return()));
    quietly(iterator.next());
  },
  'throw() of values()': (stream, arm) => {
    const iterator = stream.values();
    arm(() => quietly(iterator.throw(new Error('thrown'))));
    quietly(iterator.next());
  },
  'Symbol.asyncDispose': (stream, arm) => {
    const iterator = stream.values();
    arm(() => quietly(iterator[Symbol.asyncDispose]()));
    quietly(iterator.next());
  },
  'the signal of values()': (stream, arm) => {
    const stop = new AbortController();
    arm(() => stop.abort());
    quietly(stream.values({ signal: stop.signal }).next());
  },
  'the signal of forEach()': (stream, arm) => {
    const stop = new AbortController();
    arm(() => stop.abort());
    quietly(stream.forEach(() => {}, { signal: stop.signal }));
  },
  'the signal of collect()': (stream, arm) => {
    const stop = new AbortController();
    arm(() => stop.abort());
    quietly(stream.collect({ signal: stop.signal }));
  },
  'the signal of to()': (stream, arm) => {
    const stop = new AbortController();
    arm(() => stop.abort());
    quietly(stream.to({ write() {} }, { signal: stop.signal }));
  },
  'a failing function of forEach()': (stream, arm) => {
    let failing = false;
    let emit: Leave = () => {};
    arm(() => {
      failing = true;
      emit();
    });
    const fed = stream.pipe(map((value) => value));
    const withOneMore = new Stream<number>((out) => {
      emit = () => out.next(0);
      return fed.subscribe(out);
    });
    const consume = (): void => {
      if (failing) throw new Error('consumer');
    };
    quietly(withOneMore.forEach(consume));
  },
};

/** When the consumer leaves: how a producer goes on around the moment. */
const MOMENTS: Record<string, (out: Emitter<number>, leave: Leave) => void> = {
  'before the producer emits': (_out, leave) => leave(),
  'after a value, still within the producer': (out, leave) => {
    out.next(1);
    leave();
  },
  'after a buffer full of values, still within the producer': (out, leave) => {
    for (let i = 0; i < 100; i++) out.next(i);
    leave();
  },
  'between two values of a producer that does not look': (out, leave) => {
    out.next(1);
    leave();
    out.next(2);
    out.batch([3, 4]);
    out.complete();
  },
  twice: (_out, leave) => {
    leave();
    leave();
  },
};

const PIPELINES: Record<string, (stream: Stream<number>) => Stream<number>> = {
  'no operator': (stream) => stream,
  'a stock operator': (stream) => stream.pipe(map((x) => x)),
  mapAsync: (stream) => stream.pipe(mapAsync(async (x) => x)),
  mergeMap: (stream) => stream.pipe(mergeMap((x) => [x, x])),
};

for (const [way, consume] of Object.entries(CONSUMERS)) {
  for (const [moment, emit] of Object.entries(MOMENTS)) {
    test(`${way} tears down once, ${moment}`, async () => {
      for (const [standing, build] of Object.entries(PIPELINES)) {
        let teardowns = 0;
        let leave: Leave = () => {};
        const source = new Stream<number>((out) => {
          emit(out, () => leave());
          return () => {
            teardowns++;
          };
        });
        consume(build(source), (armed) => {
          leave = armed;
        });
        assert.is(teardowns, 1, `not within the call, behind ${standing}`);
        await turn();
        assert.is(teardowns, 1, standing);
      }
    });
  }
}

test('a task that is cancelled by its own producer leaves', async () => {
  let teardowns = 0;
  const task = createTask(async () => {
    const me = currentTask();
    await new Stream<number>(() => {
      me?.cancel();
      return () => {
        teardowns++;
      };
    }).collect();
  });
  const error = await reasonOf(Promise.resolve(task));
  assert.is((error as { code?: string }).code, 'ERR_OXBOW_LOOP_CANCELLED');
  assert.is(teardowns, 1);
});

test('leaving from within a value of subscribe, of an operator, and of a loop is heard by the producer at once', async () => {
  const closedAfter: boolean[] = [];
  const source = new Stream<number>((out) => {
    out.next(1);
    closedAfter.push(out.closed);
  });
  const subscriber = new Subscriber<number>({
    next: () => subscriber.unsubscribe(),
    error() {},
    complete() {},
  });
  source.subscribe(subscriber);
  const stop = new AbortController();
  quietly(source.pipe(map(() => stop.abort())).collect({ signal: stop.signal }));
  quietly(
    source.forEach(() => {
      throw new Error('consumer');
    }),
  );
  assert.equal(closedAfter, [true, true, true]);
});

for (const [name, read] of Object.entries<(stream: Stream<number>, seen: unknown[]) => Promise<unknown>>({
  'for await': async (stream, seen) => {
    for await (const value of stream) seen.push(value);
  },
  'batches()': async (stream, seen) => {
    for await (const values of stream.batches()) seen.push(...values);
  },
  'forEach()': (stream, seen) => stream.forEach(async (value) => void seen.push(value)),
  'to()': (stream, seen) => stream.to({ write: async (value) => void seen.push(value) }),
  'toWeb()': async (stream, seen) => {
    for await (const value of stream.toWeb()) seen.push(value);
  },
})) {
  test(`${name} reads what was buffered before it is told of an error`, async () => {
    for (const [standing, build] of Object.entries(PIPELINES)) {
      if (standing === 'mergeMap') continue;
      const seen: unknown[] = [];
      const source = new Stream<number>((out) => {
        for (let i = 0; i < 10; i++) out.next(i);
        out.error('failed');
      });
      assert.is(await reasonOf(read(build(source), seen)), 'failed', standing);
      assert.equal(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], standing);
    }
  });
}

test('a teardown that fails after the stream has failed shows both errors', async () => {
  const stream = new Stream<number>((out) => {
    setImmediate(() => out.error(new Error('source')));
    return () => {
      throw new Error('teardown');
    };
  });
  const error = (await reasonOf(stream.values().next())) as { error: Error; suppressed: Error; name: string };
  assert.is(error.name, 'SuppressedError');
  assert.equal([error.error.message, error.suppressed.message], ['teardown', 'source']);
});

test.run();
