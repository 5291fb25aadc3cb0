// covers: src/rx/readers.ts, src/operators/lives-on-source.ts
/**
 * Programs as a user writes them who has never heard of a gate: a fast socket, operators by RxJS's names from the rx door,
 * a slow consumer. Whatever stands between, the socket must not run away, and the program must not stand still.
 */
import { readFile } from 'node:fs/promises';
import { latest, mapAsync, Stream } from '@oxbow/stream';
import * as rx from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import type { Observable } from 'rxjs';

const test = suite('a fast socket and a slow consumer');

/** The consumer's 16, a queue or two of 64 on the way, and a chunk of the socket. */
const HELD = 300;
const CHUNK = 20;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const slowly = async (value: number): Promise<number> => {
  await turn();
  return value;
};

/** As a socket does: a chunk of values in every turn, until it is told to pause. */
function socket(): { messages: Stream<number>; emitted: () => number } {
  let emitted = 0;
  const messages = new Stream<number>((out, flow) => {
    const receive = (): void => {
      for (let i = 0; i < CHUNK && !flow.paused && !out.closed; i++) out.next(emitted++);
      if (flow.paused) flow.onResume(() => setImmediate(receive));
      else if (!out.closed) setImmediate(receive);
    };
    setImmediate(receive);
  });
  return { messages, emitted: () => emitted };
}

const ticks = (): Stream<number> =>
  new Stream<number>((out) => {
    let count = 0;
    let next = setImmediate(function tick() {
      out.next(count++);
      next = setImmediate(tick);
    });
    return () => clearImmediate(next);
  });

const PROGRAMS: Record<string, (messages: Stream<number>) => Observable<unknown>> = {
  'transforms every message': (messages) =>
    messages.pipe(
      rx.map((x) => x + 1),
      rx.filter((x) => x % 2 === 0),
      rx.scan((a, b) => a + b, 0),
    ),
  'asks a service for every message, in order': (messages) => messages.pipe(rx.concatMap(slowly)),
  'asks a service for every message, all at once': (messages) => messages.pipe(rx.mergeMap(slowly)),
  'works off groups, slowly': (messages) =>
    messages.pipe(
      rx.groupBy((x) => x % 3),
      rx.mergeMap((group) => group.pipe(rx.concatMap(slowly))),
    ),
  'works off more groups than there are places': (messages) =>
    messages.pipe(
      rx.groupBy((x) => x % 5),
      rx.mergeMap((group) => group.pipe(rx.map((x) => [group.key, x])), 2),
    ),
  'works off a hundred groups': (messages) =>
    messages.pipe(
      rx.groupBy((x) => x % 100),
      rx.mergeMap((group) => group.pipe(rx.map((x) => [group.key, x]))),
    ),
  'sums up windows, one after the other': (messages) =>
    messages.pipe(
      rx.windowCount(10),
      rx.concatMap((window) => window.pipe(rx.reduce((a, b) => a + b, 0))),
    ),
  'awaits every window in an async function': (messages) =>
    messages.pipe(
      rx.windowCount(10),
      mapAsync(async (window) => rx.lastValueFrom(window, { defaultValue: 0 })),
    ),
  'works off windows of time, slowly': (messages) =>
    messages.pipe(
      rx.windowTime(1),
      rx.mergeMap((window) => window.pipe(rx.concatMap(slowly))),
    ),
  'cuts windows at a signal': (messages) =>
    messages.pipe(
      rx.window(ticks()),
      rx.mergeMap((window) => window.pipe(rx.concatMap(slowly))),
    ),
  'shares between a slow and a picky reader': (messages) => {
    const shared = messages.pipe(rx.share());
    return rx.merge(shared.pipe(rx.concatMap(slowly)), shared.pipe(rx.filter((x) => x % 10 === 0)));
  },
  'shares and zips with itself': (messages) => {
    const shared = messages.pipe(rx.share());
    return rx.zip(shared, shared.pipe(rx.map((x) => -x)));
  },
  'zips with something slow': (messages) => messages.pipe(rx.zipWith(ticks())),
  delays: (messages) => messages.pipe(rx.delay(1)),
  'stops at a signal that comes later': (messages) =>
    messages.pipe(rx.takeUntil(ticks().pipe(rx.skip(100_000)))),
  'splits in two and merges again': (messages) => {
    const [even, odd] = rx.partition(messages, (x) => x % 2 === 0);
    return rx.merge(even, odd);
  },
  'starts again after a failure': (messages) =>
    messages.pipe(
      rx.map((x) => {
        if (x === 5) throw new Error('five');
        return x;
      }),
      rx.retry(1),
      rx.catchError(() => messages),
    ),
};

for (const [what, build] of Object.entries(PROGRAMS)) {
  test(`a program that ${what} holds its socket back, and goes on when it is read`, async () => {
    const { messages, emitted } = socket();
    const iterator = Stream.from(build(messages)).values({ highWaterMark: 16 });
    await iterator.next();
    for (let i = 0; i < 100; i++) await turn();
    const held = emitted();
    assert.ok(held <= HELD, `${held} were emitted for 1 that was read`);
    // Far more than can have been waiting: the socket must have been let go on.
    for (let i = 0; i < 5 * CHUNK; i++) assert.not((await iterator.next()).done);
    assert.ok(emitted() > 0);
    await iterator.return();
  });
}

test('a state that was folded into a newer one is not seen after it', async () => {
  const first = new rx.Subject<string>();
  const second = new rx.Subject<string>();
  const states = rx.merge(
    first.pipe(
      latest(),
      rx.tap((state) => {
        if (state === 'a5') second.next('b2');
      }),
    ),
    second.pipe(latest()),
  );
  const iterator = Stream.from(states).values({ highWaterMark: 4 });
  const seen = [iterator.next()];
  for (const state of ['a0', 'a1', 'a2', 'a3', 'a4', 'a5']) first.next(state);
  second.next('b1');
  for (let i = 0; i < 6; i++) seen.push(iterator.next());
  const values = (await Promise.all(seen)).map(({ value }) => value);
  assert.equal(values, ['a0', 'a1', 'a2', 'a3', 'a4', 'b2', 'a5']);
  await iterator.return();
});

test('results that come all at once wait for a consumer that has room for one', async () => {
  const together: Record<string, Observable<number>> = {
    promises: rx.range(0, 60).pipe(rx.mergeMap(async (value) => value)),
    delays: rx.range(0, 60).pipe(rx.delay(1)),
    'delays of its own': rx.range(0, 60).pipe(rx.delayWhen(() => rx.timer(1))),
    'another scheduler': rx.range(0, 60).pipe(rx.observeOn(rx.asapScheduler)),
  };
  for (const [what, source] of Object.entries(together)) {
    const seen: number[] = [];
    await Stream.from(source).forEach(async (value) => void seen.push(await slowly(value)), {
      highWaterMark: 1,
    });
    assert.equal(
      seen,
      Array.from({ length: 60 }, (_, i) => i),
      what,
    );
  }
});

test('a hundred windows that nobody reads wait in concatMap, two thousand do not', async () => {
  const unread = (count: number): Promise<unknown> =>
    Stream.from(rx.range(0, count))
      .pipe(
        rx.windowCount(1),
        rx.concatMap((window, index) => (index === 0 ? rx.concat(window, rx.NEVER) : window)),
        rx.takeUntil(rx.timer(1)),
      )
      .collect()
      .then(
        () => 'waits',
        (error: { code: string }) => error.code,
      );
  assert.is(await unread(100), 'waits');
  assert.is(await unread(2000), 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('a reader that leaves its window lets the others and the source go on', async () => {
  const seen = await Stream.from(rx.range(0, 1000))
    .pipe(
      rx.groupBy((x) => x % 2),
      rx.mergeMap((group) => (group.key === 0 ? group.pipe(rx.take(1)) : group)),
    )
    .collect();
  assert.is(seen.length, 501);
});

test('the preset of the linter names every trap a program falls into with names from rxjs', async () => {
  const preset = JSON.parse(await readFile(new URL('../../src/biome-preset.json', import.meta.url), 'utf8'));
  const { importNames } = preset.linter.rules.style.noRestrictedImports.options.paths.rxjs;
  const traps = [
    ...['concatMap', 'mergeMap', 'mergeAll', 'concatAll', 'expand', 'zip', 'zipWith', 'delay', 'delayWhen'],
    ...['observeOn', 'share', 'shareReplay', 'connect', 'publish', 'groupBy', 'window', 'windowCount'],
    ...['windowTime', 'windowWhen', 'windowToggle', 'takeUntil', 'sample', 'withLatestFrom', 'buffer'],
  ];
  for (const name of traps) assert.ok(importNames.includes(name), name);
});

test.run();
