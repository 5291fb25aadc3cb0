/**
 * Reactive Streams §3.13: whoever cancels is forgotten. The source, the stream, the signal and the task's loop live on here,
 * and a rude source even keeps the emitter and the flow it was given; what the consumer brought must be collected.
 */
// covers: src/emitter.ts, src/flow.ts, src/terminal/for-each.ts, src/terminal/intake.ts
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTask, run, sleep } from '@oxbow/loop';
import { Channel, type Emitter, type Flow, HotStream, map, mapAsync, mergeMap, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

const test = suite('references to who has left');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Everything that lives on while the consumer is gone. */
const alive: unknown[] = [];

type Values = Stream<object>;

/** Sources that outlive their consumers. */
const SOURCES: Record<string, () => Values> = {
  'a source that keeps what it was given': () =>
    new Stream<object>((out: Emitter<object>, flow: Flow) => {
      alive.push(out, flow, () => flow.paused);
      flow.onResume(() => alive.push('resumed'));
      for (let i = 0; i < 10; i++) out.next({});
      flow.onResume(() => alive.push('resumed once'));
      void flow.ready();
    }),
  'an emitter of events': () => {
    const listeners = new Set<(value: object) => void>();
    alive.push(listeners);
    return new Stream<object>((out) => {
      const listener = (value: object): void => out.next(value);
      listeners.add(listener);
      for (const each of listeners) each({});
      return () => listeners.delete(listener);
    });
  },
  'a Subject': () => {
    const subject = new rx.BehaviorSubject<object>({});
    alive.push(subject);
    return Stream.from<object>(subject);
  },
  'a channel': () => {
    const channel = new Channel<object>();
    for (let i = 0; i < 10; i++) channel.trySend({});
    return channel;
  },
  'a hot stream': () => {
    const hot = new HotStream<object>({ pause() {}, resume() {}, leave() {} }, { onLeave: 'resume' });
    for (let i = 0; i < 10; i++) hot.push({});
    return hot;
  },
  'an iterable': () => {
    const values = [{}, {}, {}];
    alive.push(values);
    return Stream.from<object>(values);
  },
};

const PIPELINES: Record<string, (stream: Values) => Values> = {
  'no operator': (stream) => stream,
  'a stock operator': (stream) => stream.pipe(rx.map((x) => x)),
  'an operator that takes arrays': (stream) => stream.pipe(map((x) => x)),
  'mapAsync that hangs': (stream) => stream.pipe(mapAsync(() => new Promise<object>(() => {}))),
  'mergeMap to a channel': (stream) => stream.pipe(mergeMap(() => new Channel<object>())),
};

/** The ways to leave; each gives what the consumer brought, to be watched. */
const WAYS: Record<string, (stream: Values) => Promise<object[]>> = {
  'unsubscribe()': async (stream) => {
    const observer = { next: () => {} };
    const subscription = stream.subscribe(observer);
    await turn();
    subscription.unsubscribe();
    return [observer, subscription];
  },
  'iterator.return()': async (stream) => {
    const iterator = stream.values({ highWaterMark: 2 });
    const pending = iterator.next();
    await turn();
    void iterator.return();
    return [iterator, pending];
  },
  'return() of batches()': async (stream) => {
    const iterator = stream.batches({ highWaterMark: 2 });
    const pending = iterator.next();
    await turn();
    void iterator.return();
    return [iterator, pending];
  },
  break: async (stream) => {
    // A silent pipeline cannot be left from inside the loop: then the signal leaves for it.
    const leaving = new AbortController();
    const iterator = stream.values({ signal: leaving.signal, highWaterMark: 2 });
    const left = (async () => {
      for await (const _ of iterator) break;
    })().catch(() => {});
    await turn();
    leaving.abort();
    await left;
    return [iterator];
  },
  'the abort of a signal that lives on': async (stream) => {
    const leaving = new AbortController();
    alive.push(leaving);
    const iterator = stream.values({ signal: leaving.signal, highWaterMark: 2 });
    const pending = iterator.next().catch(() => {});
    await turn();
    leaving.abort('enough');
    await pending;
    return [iterator, pending];
  },
  'a signal that lives on and never aborts': async (stream) => {
    const staying = new AbortController();
    alive.push(staying);
    const iterator = stream.values({ signal: staying.signal, highWaterMark: 2 });
    const pending = iterator.next();
    await turn();
    void iterator.return();
    return [iterator, pending];
  },
  'the abort of forEach()': async (stream) => {
    const leaving = new AbortController();
    alive.push(leaving);
    const fn = () => new Promise<void>(() => {});
    const done = stream.forEach(fn, { signal: leaving.signal, highWaterMark: 2 }).catch(() => {});
    await turn();
    leaving.abort('enough');
    await done;
    return [fn, done];
  },
  'the abort of to()': async (stream) => {
    const leaving = new AbortController();
    alive.push(leaving);
    const sink = { write: () => new Promise<void>(() => {}), abort() {} };
    const done = stream.to(sink, { signal: leaving.signal }).catch(() => {});
    await turn();
    leaving.abort('enough');
    await done;
    return [sink, done];
  },
  'the abort of collect()': async (stream) => {
    const leaving = new AbortController();
    const done = stream.collect({ signal: leaving.signal }).catch(() => {});
    await turn();
    leaving.abort('enough');
    await done;
    return [done];
  },
  'the cancel of a task in next()': (stream) =>
    cancelled(() => {
      const iterator = stream.values();
      return {
        watched: [iterator],
        read: async () => {
          for (;;) if ((await iterator.next()).done === true) await sleep(1_000_000);
        },
      };
    }),
  'the cancel of a task in forEach()': (stream) =>
    cancelled(() => {
      const fn = () => new Promise<void>(() => {});
      return { watched: [fn], read: () => stream.forEach(fn) };
    }),
  'the cancel of a task in to()': (stream) =>
    cancelled(() => {
      const sink = { write: () => new Promise<void>(() => {}) };
      return { watched: [sink], read: () => stream.to(sink) };
    }),
};

for (const [way, leave] of Object.entries(WAYS)) {
  test(`${way}: every source, behind every operator, forgets who has left`, async () => {
    const watched = new Map<string, WeakRef<object>[]>();
    for (const [kind, source] of Object.entries(SOURCES)) {
      for (const [standing, build] of Object.entries(PIPELINES)) {
        const root = source();
        const stream = build(root);
        alive.push(root, stream);
        watched.set(`${kind} behind ${standing}`, await refsOf(leave, stream));
      }
    }
    const kept = (): string[] =>
      [...watched].flatMap(([where, refs]) =>
        refs.flatMap((ref, i) => (ref.deref() ? [`${where}, ${i}`] : [])),
      );
    // What ran last may stay on the stack for a while: turns and collections until it is gone.
    for (let round = 0; round < 20 && (round === 0 || kept().length > 0); round++) {
      await turn();
      collectGarbage();
    }
    assert.equal(kept(), []);
    alive.length = 0;
  });
}

/** In a function of its own: no frame of the test may hold what is watched. */
async function refsOf(
  leave: (stream: Values) => Promise<object[]>,
  stream: Values,
): Promise<WeakRef<object>[]> {
  return (await leave(stream)).map((one) => new WeakRef(one));
}

async function cancelled(
  begin: () => { watched: object[]; read: () => Promise<unknown> },
): Promise<object[]> {
  const { watched, read } = begin();
  await run(async () => {
    const task = createTask(read);
    await sleep(0);
    await turn();
    task.cancel();
    await Promise.resolve(task).catch(() => {});
  });
  return watched;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test.run();
