/** A Stream is an Observable: whatever stock operators do to one, they do to the other, under every terminal. */

import { Stream } from '@oxbow/stream';
import * as own from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import * as rx from 'rxjs';

const test = suite('differential against RxJS');
const RUNS = 300;

type Note = ['next', unknown] | ['error', unknown] | ['complete'];
type AnyOperator = rx.OperatorFunction<never, unknown>;

/** What a source does: values now, values a turn later, then an end. */
interface Script {
  readonly now: readonly number[];
  readonly later: readonly number[];
  readonly end: 'complete' | 'error';
}

const script: fc.Arbitrary<Script> = fc.record({
  now: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
  later: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
  end: fc.constantFrom('complete', 'error'),
});

const play =
  ({ now, later, end }: Script) =>
  (out: rx.Subscriber<number>): void => {
    for (const value of now) out.next(value);
    setImmediate(() => {
      for (const value of later) out.next(value);
      if (end === 'complete') out.complete();
      else out.error('failed');
    });
  };

/**
 * Operators by name. Inner streams are stock ones: those of this package take turns, so that `merge` mixes otherwise;
 * Each is made from one number, so that a chain prints short.
 */
const OPERATORS: Record<string, (n: number, o: typeof rx | typeof own) => AnyOperator> = {
  map: (n, o) => (o.map as typeof rx.map)((x: unknown) => [x, n]) as AnyOperator,
  mapThrowing: (n, o) =>
    (o.map as typeof rx.map)((x: unknown, i) => {
      if (i === n) throw `map ${n}`;
      return x;
    }) as AnyOperator,
  filter: (n, o) => (o.filter as typeof rx.filter)((_x: unknown, i) => i % (n + 1) === 0) as AnyOperator,
  scan: (_n, o) => (o.scan as typeof rx.scan)((acc: unknown, x: unknown) => `${acc}${x}`) as AnyOperator,
  scanSeed: (n, o) =>
    (o.scan as typeof rx.scan)((acc: unknown, x: unknown) => `${acc}${x}`, n) as AnyOperator,
  take: (n, o) => (o.take as typeof rx.take)(n) as AnyOperator,
  skip: (n, o) => o.skip(n) as AnyOperator,
  mergeMapSync: (n, o) => (o.mergeMap as typeof rx.mergeMap)((x: unknown) => rx.of(x, n)) as AnyOperator,
  mergeMapAsync: (n, o) =>
    (o.mergeMap as typeof rx.mergeMap)((x: unknown) => Promise.resolve([x, n])) as AnyOperator,
  mergeMapLimited: (n, o) =>
    (o.mergeMap as typeof rx.mergeMap)((x: unknown) => Promise.resolve([x, n]), n + 1) as AnyOperator,
  concatMap: (n, o) =>
    (o.concatMap as typeof rx.concatMap)((x: unknown) => Promise.resolve([x, n])) as AnyOperator,
  concatMapSync: (n, o) => (o.concatMap as typeof rx.concatMap)((x: unknown) => [x, n, x]) as AnyOperator,
  switchMap: (n, o) =>
    (o.switchMap as typeof rx.switchMap)((x: unknown) => Promise.resolve([x, n])) as AnyOperator,
  exhaustMap: (n, o) => (o.exhaustMap as typeof rx.exhaustMap)((x: unknown) => rx.of(x, n)) as AnyOperator,
  mergeScan: (n, o) =>
    (o.mergeScan as typeof rx.mergeScan)(
      (acc: unknown, x: unknown) => rx.of(`${acc}${x}`),
      n as unknown,
    ) as AnyOperator,
  bufferCount: (n, o) => o.bufferCount(n + 1) as AnyOperator,
  pairwise: (_n, o) => o.pairwise() as AnyOperator,
  startWith: (n, o) => o.startWith(n) as AnyOperator,
  endWith: (n, o) => o.endWith(n) as AnyOperator,
  takeWhile: (n, o) => o.takeWhile((_x: unknown, i) => i < n, true) as AnyOperator,
  catchError: (n, o) => o.catchError(() => [n]) as AnyOperator,
  retry: (n, o) => (o.retry as typeof rx.retry)(n % 3) as AnyOperator,
  repeat: (_n, o) => o.repeat(2) as AnyOperator,
  distinctUntilChanged: (_n, o) => o.distinctUntilChanged() as AnyOperator,
  distinct: (_n, o) => (o.distinct as typeof rx.distinct)() as AnyOperator,
  share: (_n, o) => (o.share as typeof rx.share)() as AnyOperator,
  shareReplay: (n, o) => o.shareReplay(n + 1) as AnyOperator,
  zipWith: (n, o) => (o.zipWith as typeof rx.zipWith)([n, n, n]) as AnyOperator,
  mergeWith: (n, o) => (o.mergeWith as typeof rx.mergeWith)(rx.of(n)) as AnyOperator,
  concatWith: (n, o) => (o.concatWith as typeof rx.concatWith)([n]) as AnyOperator,
  toArray: (_n, o) => o.toArray() as AnyOperator,
  materialize: (_n, o) =>
    rx.pipe(
      o.materialize(),
      (o.map as typeof rx.map)((note) => note.kind),
    ) as unknown as AnyOperator,
  takeLast: (n, o) => o.takeLast(n) as AnyOperator,
  skipLast: (n, o) => o.skipLast(n) as AnyOperator,
  groupBy: (_n, o) =>
    rx.pipe(
      o.groupBy((x: unknown) => typeof x),
      (o.mergeMap as typeof rx.mergeMap)((group) => group.pipe(rx.count())),
    ) as unknown as AnyOperator,
  defaultIfEmpty: (n, o) => o.defaultIfEmpty(n) as AnyOperator,
  tap: (_n, o) => (o.tap as typeof rx.tap)(() => {}) as AnyOperator,
  switchScan: (n, o) =>
    (o.switchScan as typeof rx.switchScan)(
      (acc: unknown, x: unknown) => rx.of(`${acc}${x}`),
      n as unknown,
    ) as AnyOperator,
  connect: (_n, o) => o.connect((shared) => shared.pipe(rx.map((x: unknown) => [x]))) as AnyOperator,
};

const chain = fc.array(fc.tuple(fc.constantFrom(...Object.keys(OPERATORS)), fc.integer({ min: 0, max: 4 })), {
  maxLength: 5,
});

type Chain = ReadonlyArray<readonly [string, number]>;

/** Operators that hold values back: before an error those come first, where RxJS drops them. */
const HOLDING = new Set(['concatMapSync', 'mergeMapAsync', 'mergeMapLimited', 'concatMap', 'switchMap']);
/** Operators whose order depends on who waits: held-back sources take turns. */
const MIXING = new Set(['mergeWith']);

/** A script and a chain whose outcome does not depend on whether waiting values or an error come first. */
function comparable(
  given: Script,
  operators: Chain,
  without: ReadonlySet<string> = new Set(),
): [Script, Chain] {
  const chosen = operators.filter(([name]) => !without.has(name));
  if (!chosen.some(([name]) => HOLDING.has(name))) return [given, chosen];
  const neutral = chosen.filter(([name]) => name !== 'mapThrowing' && !MIXING.has(name));
  return [{ ...given, end: 'complete' }, neutral];
}

function build(
  operators: Chain,
  from: typeof rx | typeof own,
  source: rx.Observable<number>,
): rx.Observable<unknown> {
  let result: rx.Observable<unknown> = source;
  for (const [name, n] of operators) result = result.pipe(OPERATORS[name]?.(n, from) as never);
  return result;
}

function notesOf(observable: rx.Observable<unknown>): Promise<Note[]> {
  const notes: Note[] = [];
  return new Promise((resolve) => {
    observable.subscribe({
      next: (value) => void notes.push(['next', value]),
      error: (error) => {
        notes.push(['error', error]);
        resolve(notes);
      },
      complete: () => {
        notes.push(['complete']);
        resolve(notes);
      },
    });
  });
}

async function notesOfPull(read: (take: (value: unknown) => void) => Promise<void>): Promise<Note[]> {
  const notes: Note[] = [];
  try {
    await read((value) => notes.push(['next', value]));
    notes.push(['complete']);
  } catch (error) {
    notes.push(['error', error]);
  }
  return notes;
}

const TERMINALS: Record<string, (stream: Stream<unknown>) => Promise<Note[]>> = {
  subscribe: notesOf,
  'for await': (stream) =>
    notesOfPull(async (take) => {
      for await (const value of stream) take(value);
    }),
  batches: (stream) =>
    notesOfPull(async (take) => {
      for await (const values of stream.batches()) for (const value of values) take(value);
    }),
  forEach: (stream) => notesOfPull((take) => stream.forEach(async (value) => take(value))),
};

for (const [name, terminal] of Object.entries(TERMINALS)) {
  test(`stock operators give a Stream read by ${name} what they give an Observable`, async () => {
    await fc.assert(
      fc.asyncProperty(script, chain, async (source, operators) => {
        const expected = await notesOf(build(operators, rx, new rx.Observable(play(source))));
        const actual = await terminal(build(operators, rx, new Stream(play(source))) as Stream<unknown>);
        assert.equal(actual, expected);
      }),
      { numRuns: RUNS },
    );
  });

  test(`the operators of the rx door, read by ${name}, do what RxJS's do`, async () => {
    await fc.assert(
      fc.asyncProperty(script, chain, async (given, drawn) => {
        const [source, operators] = comparable(given, drawn);
        const expected = await notesOf(build(operators, rx, new rx.Observable(play(source))));
        const actual = await terminal(Stream.from(build(operators, own, new Stream(play(source)))));
        assert.equal(actual, expected);
      }),
      { numRuns: RUNS },
    );
  });
}

test('values emitted in batches are the values emitted one by one', async () => {
  await fc.assert(
    fc.asyncProperty(script, chain, async (given, drawn) => {
      const [source, operators] = comparable(given, drawn, MIXING);
      const expected = await notesOf(build(operators, rx, new rx.Observable(play(source))));
      const batched = new Stream<number>((out) => {
        out.batch(source.now);
        setImmediate(() => {
          out.batch(source.later);
          if (source.end === 'complete') out.complete();
          else out.error('failed');
        });
      });
      for (const terminal of Object.values(TERMINALS)) {
        assert.equal(await terminal(Stream.from(build(operators, own, batched))), expected);
      }
    }),
    { numRuns: RUNS },
  );
});

test.run();
