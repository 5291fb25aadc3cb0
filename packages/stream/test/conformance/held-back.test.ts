// covers: src/rx.ts
/** Being held back may delay a value; it may not lose, repeat or reorder one. Chains of operators against RxJS's, under slow readers. */
import { Stream } from '@oxbow/stream';
import * as door from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import * as stock from 'rxjs';

const test = suite('the rx door under slow readers');
const RUNS = Number(process.env.OXBOW_CONFORMANCE_RUNS ?? 150);

type Operators = typeof stock;
type Link = (o: Operators, n: number) => stock.OperatorFunction<number, number>;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Gives what stands in `values`, through an Observable of a kind that says nothing of how it came to be. */
const whole = (values: readonly number[]): Stream<number> => Stream.from(values);

/**
 * From numbers to numbers, in an order that does not depend on time. What switches or drops has inner streams that come
 * whole in RxJS; several inner streams at once, which take turns, are summed.
 */
const LINKS: Record<string, Link> = {
  map: (o, n) => o.map((x) => x + n),
  filter: (o, n) => o.filter((x) => x % (n + 2) !== 0),
  scan: (o, n) => o.scan((a, b) => (a + b) % 1000, n),
  take: (o, n) => o.take(10 * n + 1),
  skip: (o, n) => o.skip(n),
  concatMap: (o, n) => o.concatMap((x) => Array.from({ length: n }, (_, i) => x + i)),
  concatMapLater: (o, n) => o.concatMap(async (x) => x + n),
  concatMapStream: (o, n) => o.concatMap((x) => Stream.from([x, n])),
  mergeMapOne: (o, n) => o.mergeMap((x) => [x, n], 1),
  mergeMapLater: (o) => o.mergeMap(async (x) => x, 1),
  mergeScan: (o, n) => o.mergeScan((a, x) => [(a + x) % 1000, n], n, 1),
  bufferCount: (o, n) => (s) => s.pipe(o.bufferCount(n + 1), o.map(sum)),
  pairwise: (o) => (s) => s.pipe(o.pairwise(), o.map(sum)),
  windowCount: (o, n) => (s) => s.pipe(o.windowCount(n + 1), o.concatAll()),
  windowSum: (o, n) => (s) =>
    s.pipe(
      o.windowCount(n + 1),
      o.concatMap((window) => window.pipe(o.reduce((a, b) => a + b, 0))),
    ),
  windowCountMerged: (o, n) => (s) => s.pipe(o.windowCount(n + 1), o.mergeAll()),
  windowSumMerged: (o, n) => (s) =>
    s.pipe(
      o.windowCount(n + 1),
      o.mergeMap((window) => window.pipe(o.reduce((a, b) => a + b, 0))),
    ),
  groupBySums: (o, n) => (s) =>
    s.pipe(
      o.groupBy((x) => x % (n + 1)),
      o.mergeMap((group) => group.pipe(o.reduce((a, b) => a + b, group.key))),
    ),
  switchMap: (o, n) => o.switchMap((x) => Array.from({ length: n }, (_, i) => x + i)),
  switchMapStream: (o, n) => o.switchMap((x) => whole([x, n, x]).pipe(o.map((y) => y + 1))),
  switchScan: (o, n) => o.switchScan((a, x) => [(a + x) % 1000, n], n),
  exhaustMap: (o, n) => o.exhaustMap((x) => Array.from({ length: n }, (_, i) => x + i)),
  exhaustMapStream: (o, n) => o.exhaustMap((x) => whole([x, n, x]).pipe(o.map((y) => y + 1))),
  expandOne: (o, n) => o.expand((x) => (x < 50 ? whole([x + 20 + n]) : o.EMPTY)),
  expandInOrder: (o, n) => o.expand((x) => (x < 50 ? [x + 30, x + 40 + n] : []), 1),
  expandScheduled: (o, n) => o.expand((x) => (x < 50 ? [x + 30 + n] : []), Infinity, o.asapScheduler),
  share: (o) => o.share(),
  shareReplay: (o, n) => o.shareReplay(n + 1),
  connect: (o) => o.connect((shared) => shared),
  startWith: (o, n) => o.startWith(n),
  endWith: (o, n) => o.endWith(n),
  concatWith: (o, n) => o.concatWith([n, n]),
  zipWith: (o, n) => (s) => s.pipe(o.zipWith(o.range(n, 40)), o.map(sum)),
  zipSelf: (o, n) => (s) =>
    s.pipe(
      o.connect((shared) => o.zip(shared, shared.pipe(o.map((x) => x + n)))),
      o.map(sum),
    ),
  distinct: (o) => o.distinct(),
  delayWhen: (o) => o.delayWhen(() => o.of(1)),
  observeOn: (o) => o.observeOn(o.asapScheduler),
  delay: (o) => o.delay(0),
  takeUntil: (o) => o.takeUntil(o.NEVER),
  retry: (o, n) => (s) => {
    let left = n % 3;
    return s.pipe(
      o.map((x) => {
        if (left-- > 0) throw new Error('again');
        return x;
      }),
      o.retry(3),
    );
  },
  timeout: (o) => o.timeout(100_000),
  tap: (o) => o.tap(() => {}),
  toArray: (o) => (s) =>
    s.pipe(
      o.toArray(),
      o.concatMap((values) => values),
    ),
  sequence: (o, n) => (s) => s.pipe(o.withLatestFrom([n]), o.map(sum)),
};

interface Reader {
  readonly highWaterMark: number;
  /** In how many turns one value is read. */
  readonly pace: readonly number[];
  readonly form: 'for await' | 'batches' | 'forEach' | 'toWeb' | 'toReadable';
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function read(stream: Stream<number>, { highWaterMark, pace, form }: Reader): Promise<number[]> {
  const seen: number[] = [];
  const take = async (value: number): Promise<void> => {
    for (let i = pace[seen.length % pace.length] ?? 0; i > 0; i--) await (i % 2 === 0 ? turn() : undefined);
    seen.push(value);
  };
  if (form === 'forEach') await stream.forEach(take, { highWaterMark });
  else if (form === 'batches') {
    for await (const values of stream.batches({ highWaterMark }))
      for (const value of values) await take(value);
  } else {
    const values =
      form === 'toWeb'
        ? stream.toWeb({ highWaterMark })
        : form === 'toReadable'
          ? stream.toReadable({ highWaterMark })
          : stream.values({ highWaterMark });
    for await (const value of values) await take(value);
  }
  return seen;
}

const reader: fc.Arbitrary<Reader> = fc.record({
  highWaterMark: fc.integer({ min: 1, max: 4 }),
  pace: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
  form: fc.constantFrom('for await', 'batches', 'forEach', 'toWeb', 'toReadable'),
});

/** What a second subscription to a shared source gets depends on how far that has run: on time. */
const HOT = new Set(['share', 'shareReplay', 'connect', 'zipSelf']);
const timeless = (chain: ReadonlyArray<readonly [string, number]>): boolean =>
  !chain.some(([name]) => name === 'retry') || !chain.some(([name]) => HOT.has(name));

/** What emits at its end whether the consumer is full or not: for what stands behind it, a source that ignores the gate. */
const BURSTS = new Set(['startWith', 'endWith', 'groupBySums', 'windowSum', 'windowSumMerged']);
/** What is promised only behind sources that obey: one that goes on switches, drops, or runs past a window nobody reads yet. */
const NEEDS_OBEDIENCE = /^(switch|exhaust|expand|window)/;
const obedient = (chain: ReadonlyArray<readonly [string, number]>): boolean => {
  const burst = chain.findIndex(([name]) => BURSTS.has(name));
  return burst === -1 || !chain.slice(burst + 1).some(([name]) => NEEDS_OBEDIENCE.test(name));
};

const links = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(LINKS)), fc.integer({ min: 0, max: 4 })), {
    minLength: 1,
    maxLength: 4,
  })
  .filter((chain) => timeless(chain) && obedient(chain));

/** The same numbers as a source of every kind. */
const SOURCES: Record<string, (values: number[]) => Stream<number>> = {
  'an array': (values) => Stream.from(values),
  'an async iterable': (values) =>
    Stream.from({
      async *[Symbol.asyncIterator]() {
        yield* values;
      },
    }),
  batches: (values) =>
    new Stream<number>((out) => {
      out.batch(values);
      out.complete();
    }),
};

const built = (
  o: Operators,
  chain: ReadonlyArray<readonly [string, number]>,
  source: stock.Observable<number>,
) => chain.reduce((stream, [name, n]) => stream.pipe((LINKS[name] as Link)(o, n)), source);

for (const [name, from] of Object.entries(SOURCES)) {
  test(`chains of operators over ${name} give what RxJS gives, however slow the reader`, async () => {
    await fc.assert(
      fc.asyncProperty(links, reader, fc.integer({ min: 0, max: 30 }), async (chain, how, length) => {
        const values = Array.from({ length }, (_, i) => (i * 7) % 23);
        const expected = await stock.firstValueFrom(
          built(stock, chain, stock.from(values)).pipe(stock.toArray()),
        );
        const ours = { ...stock, ...door } as unknown as Operators;
        const actual = await read(Stream.from(built(ours, chain, from(values))), how);
        assert.equal(actual, expected);
      }),
      { numRuns: RUNS },
    );
  });
}

test.run();
