// covers: src/held-apart.ts
/**
 * Objects behind a Proxy: RxJS's own work there, and so must these. The shallow proxies are those by which RxJS tests its
 * interoperation with foreign Observables; the deep one stands for what Vue's `reactive` and the like do.
 */
import { createTask, run } from '@oxbow/loop';
import { Channel, HotStream, mapAsync, Stream } from '@oxbow/stream';
import * as door from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

const test = suite('behind a Proxy');

/** A proxy of an Observable that no `instanceof` and no `lift` knows, and that subscribes with proxies of subscribers. */
function foreign<T>(observable: rx.Observable<T>): rx.Observable<T> {
  const proxy: rx.Observable<T> = new Proxy(observable, {
    get(target, key) {
      if (key === 'lift') return undefined;
      if (key === 'subscribe') return subscribe;
      return Reflect.get(target, key) as unknown;
    },
    getPrototypeOf: () => Object.prototype,
  });
  function subscribe(...args: unknown[]): rx.Subscription {
    const given = args.map((arg) => (arg instanceof rx.Subscriber ? foreignSubscriber(arg) : arg));
    return (rx.Observable.prototype.subscribe as (...all: unknown[]) => rx.Subscription).apply(
      observable,
      given,
    );
  }
  return proxy;
}

function foreignSubscriber<T>(subscriber: rx.Subscriber<T>): rx.Subscriber<T> {
  return new Proxy(subscriber, {
    get: (target, key) => Reflect.get(target, key) as unknown,
    getPrototypeOf: () => Object.prototype,
  });
}

/** A proxy that hands out proxies of whatever it finds, and keeps one for each object. Functions are left as they are. */
function deep<O extends object>(target: O, known: WeakMap<object, object> = new WeakMap()): O {
  const before = known.get(target);
  if (before !== undefined) return before as O;
  const proxy = new Proxy(target, {
    get(from, key, receiver) {
      const value = Reflect.get(from, key, receiver) as unknown;
      const isBuiltin = value instanceof Promise || value instanceof Map || value instanceof Set;
      return typeof value === 'object' && value !== null && !isBuiltin ? deep(value, known) : value;
    },
  });
  known.set(target, proxy);
  return proxy;
}

type Values = rx.Observable<number>;
type Doors = typeof rx;

const SOURCES: Record<string, () => Values> = {
  'an Observable': () => rx.of(1, 2),
  'a Stream': () => Stream.from([1, 2]),
  'a producer of its own': () =>
    new Stream<number>((out) => {
      out.next(1);
      out.batch([2]);
      out.complete();
    }),
  'a stage that keeps values': () => Stream.from([1, 2]).pipe(mapAsync(async (value) => value)),
};

/** Operators that subscribe to what somebody else made. */
const OPERATORS: Record<string, (o: Doors, inner: Values) => rx.OperatorFunction<number, number>> = {
  catchError: (o, inner) => (source) =>
    source.pipe(
      o.mergeMap(() => o.throwError(() => 'failed')),
      o.catchError(() => inner),
    ),
  concatMap: (o, inner) => o.concatMap(() => inner),
  concatWith: (o, inner) => o.concatWith(inner),
  exhaustMap: (o, inner) => o.exhaustMap(() => inner),
  mergeMap: (o, inner) => o.mergeMap(() => inner),
  mergeWith: (o, inner) => o.mergeWith(inner),
  onErrorResumeNext: (o, inner) => o.onErrorResumeNextWith(inner),
  switchMap: (o, inner) => o.switchMap(() => inner),
  takeUntil: (o, inner) => (source) => source.pipe(o.takeUntil(inner)),
  timeout: (o, inner) => o.timeout({ first: 1000, with: () => inner }),
  zipWith: (o, inner) => (source) =>
    source.pipe(
      o.zipWith(inner),
      o.map(([a, b]) => a * 10 + b),
    ),
  buffer: (o, inner) => (source) =>
    source.pipe(
      o.buffer(inner),
      o.map((values) => values.length),
    ),
  delayWhen: (o, inner) => o.delayWhen(() => inner),
  shareReset: (o, inner) => o.share({ resetOnComplete: () => inner }),
  expand: (o, inner) => (source) => source.pipe(o.expand((_value, i) => (i < 2 ? inner : o.EMPTY))),
};

const notesOf = (stream: Values): Promise<unknown[]> =>
  new Promise((resolve) => {
    const notes: unknown[] = [];
    stream.subscribe({
      next: (value) => notes.push(value),
      error: (error: unknown) => resolve([...notes, 'error', error]),
      complete: () => resolve([...notes, 'complete']),
    });
  });

for (const [what, make] of Object.entries(SOURCES)) {
  for (const [name, operator] of Object.entries(OPERATORS)) {
    test(`${name} subscribes to ${what} behind a proxy as to RxJS's own`, async () => {
      const expected = await notesOf(rx.of(7, 8).pipe(operator(rx, foreign(make()))));
      for (const [whose, o] of Object.entries({
        rxjs: rx,
        'the door': { ...rx, ...door } as unknown as Doors,
      })) {
        const inner = (): Values => foreign(make());
        assert.equal(await notesOf(rx.of(7, 8).pipe(operator(o, inner()))), expected, `${whose}, Observable`);
        assert.equal(
          await notesOf(Stream.from([7, 8]).pipe(operator(o, inner()))),
          expected,
          `${whose}, Stream`,
        );
      }
    });
  }
}

test('a subscriber behind a proxy may be given to a Stream, and a Stream behind one read by every terminal', async () => {
  const seen: unknown[] = [];
  Stream.from([1, 2])
    .pipe(mapAsync((value) => value))
    .subscribe(
      foreignSubscriber(
        new rx.Subscriber({ next: (v: number) => seen.push(v), complete: () => seen.push('|') } as never),
      ),
    );
  assert.equal(seen, [1, 2, '|']);
});

const PROXIES: Record<string, <O extends object>(target: O) => O> = {
  shallow: (target) => new Proxy(target, {}),
  deep: (target) => deep(target),
};

for (const [how, wrap] of Object.entries(PROXIES)) {
  test(`a Stream behind a ${how} proxy is piped, read by every terminal and reported on`, async () => {
    const stream = wrap(Stream.from([1, 2, 3]));
    const doubled = wrap(stream.pipe(rx.map((value) => value * 2)));
    assert.equal(await stream.collect(), [1, 2, 3]);
    assert.equal(await doubled.collect(), [2, 4, 6]);
    const seen: number[] = [];
    for await (const value of doubled) seen.push(value);
    for await (const values of stream.batches()) seen.push(...values);
    await stream.forEach((value) => void seen.push(value));
    await stream.to({ write: (value) => void seen.push(value) });
    stream.subscribe((value) => void seen.push(value));
    assert.equal(seen, [2, 4, 6, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
    assert.equal(await wrap(Stream.from(stream)).toReadable().toArray(), [1, 2, 3]);
    const left = wrap(new Stream<number>().values());
    const reading = left.next();
    assert.equal(stream.why().consumers, []);
    await left.return();
    assert.is((await reading).done, true);
  });

  test(`an iterator behind a ${how} proxy is one subscription, and forgets its stream when it is left`, async () => {
    const stream = new Stream<number>((out) => {
      out.next(1);
    });
    const iterator = wrap(stream.values());
    assert.equal(await iterator.next(), { done: false, value: 1 });
    assert.is(stream.why().consumers.length, 1);
    await iterator.return();
    assert.equal(stream.why().consumers, []);
    await wrap(stream.values())[Symbol.asyncDispose]();
  });

  test(`a Channel behind a ${how} proxy is sent into, waited for, read and closed`, () =>
    run(async () => {
      const channel = wrap(new Channel<number>({ highWaterMark: 1 }));
      await channel.send(1);
      assert.is(channel.trySend(2), false);
      assert.is(channel.size, 1);
      const waiting = createTask(() => channel.send(2));
      const values: number[] = [];
      for await (const value of channel) if (values.push(value) === 2) break;
      await waiting;
      assert.equal(values, [1, 2]);
      channel.close();
      assert.ok(channel.closed);
      assert.equal(await channel.collect(), []);
    }));

  test(`a HotStream behind a ${how} proxy is pushed into and has one consumer at a time`, async () => {
    const told: string[] = [];
    const source = {
      start: () => told.push('start'),
      pause: () => told.push('pause'),
      resume: () => told.push('resume'),
      leave: () => told.push('leave'),
    };
    const hot = wrap(new HotStream<number>(source as never, { onLeave: 'resume', highWaterMark: 1 }));
    const iterator = hot.values();
    const first = iterator.next();
    hot.push(1);
    assert.is((await first).value, 1);
    const busy = await hot.collect().catch((error: { code: string }) => error.code);
    assert.is(busy, 'ERR_OXBOW_STREAM_BUSY');
    hot.push(2);
    await iterator.return();
    hot.end();
    assert.equal(await hot.collect(), [2]);
    assert.equal(told.slice(0, 2), ['start', 'resume']);
  });
}

test(`a producer's emitter and flow work behind a proxy`, async () => {
  const stream = new Stream<number>((bare, bareFlow) => {
    const out = new Proxy(bare, {});
    const flow = new Proxy(bareFlow, {});
    let next = 0;
    const pump = (): void => {
      while (!flow.paused && next < 100) out.next(next++);
      if (next < 100) flow.onResume(pump);
      else out.complete();
    };
    pump();
  });
  let sum = 0;
  for await (const value of stream.values({ highWaterMark: 3 })) sum += value;
  assert.is(sum, 4950);
});

test.run();
