/**
 * What users do with the names that `@oxbow/stream/rx` replaces, one entry for each form an operator has: its arguments,
 * its deprecated arguments, a function of it that throws, an inner stream that fails.
 */
import type { Observable } from 'rxjs';
import type { Operators } from '../fixtures/operator-catalog.ts';
import type { Sources } from './marbles.ts';

/* biome-ignore-start lint/suspicious/noExplicitAny: the two doors differ in overloads, not in what is called here */
type Scenario = (o: any, sources: Sources & { a: any; b: any; c: any }) => Observable<unknown>;

const throwAt = (n: number) => {
  let calls = 0;
  return (value: any): any => {
    if (calls++ === n) throw 'thrown';
    return value;
  };
};
const pick =
  (s: Sources) =>
  (value: string): Observable<string> =>
    value < 'r' ? s.b : s.c;

const scenarios: Record<string, Scenario> = {
  // values
  'map with the index': (o, { a }) => a.pipe(o.map((v: string, i: number) => v + i)),
  'map with a this': (o, { a }) =>
    a.pipe(
      o.map(
        function (this: any, v: string) {
          return v + this.x;
        },
        { x: 1 },
      ),
    ),
  'map that throws': (o, { a, n }) => a.pipe(o.map(throwAt(n))),
  'filter with the index': (o, { a }) => a.pipe(o.filter((v: string, i: number) => v > 'p' && i % 2 === 0)),
  'filter with a this': (o, { a }) =>
    a.pipe(
      o.filter(
        function (this: any, v: string) {
          return v !== this.x;
        },
        { x: 'q' },
      ),
    ),
  'filter that throws': (o, { a, n }) => a.pipe(o.filter(throwAt(n))),
  'filter after filter': (o, { a }) =>
    a.pipe(
      o.filter((v: string) => v !== 'p'),
      o.filter((v: string) => v !== 's'),
    ),
  'scan without a seed': (o, { a }) => a.pipe(o.scan((acc: string, v: string, i: number) => acc + v + i)),
  'scan with a seed': (o, { a }) => a.pipe(o.scan((acc: string, v: string, i: number) => acc + v + i, '')),
  'scan with undefined as the seed': (o, { a }) =>
    a.pipe(o.scan((acc: any, v: string) => acc + v, undefined)),
  'scan that throws': (o, { a, n }) => {
    const f = throwAt(n);
    return a.pipe(o.scan((acc: string, v: string) => acc + f(v), ''));
  },
  take: (o, { a, n }) => a.pipe(o.take(n)),
  'take of an endless count': (o, { a }) => a.pipe(o.take(Number.POSITIVE_INFINITY)),
  'take with a consumer that makes the source emit again': (o, { n }) => {
    const s = new o.Subject();
    setup(o, () => s.next(1));
    return s.pipe(
      o.take(n),
      o.tap((v: number) => s.next(v + 1)),
    );
  },
  'tap with a function': (o, { a, n }) => a.pipe(o.tap(throwAt(n))),
  'tap with three functions': (o, { a, n }) => a.pipe(o.tap(null, throwAt(0), throwAt(n))),
  'tap with an observer': (o, { a, n }) => a.pipe(o.tap({ complete: throwAt(n), error: throwAt(n) })),
  // inner streams
  mergeMap: (o, s) => s.a.pipe(o.mergeMap(pick(s))),
  'mergeMap with a number': (o, s) => s.a.pipe(o.mergeMap(pick(s), s.n + 1)),
  'mergeMap with a selector': (o, s) =>
    s.a.pipe(o.mergeMap(pick(s), (x: string, y: string, i: number, j: number) => x + y + i + j)),
  'mergeMap with a selector and a number': (o, s) =>
    s.a.pipe(o.mergeMap(pick(s), (x: string, y: string, i: number, j: number) => x + y + i + j, 1)),
  'mergeMap with undefined for the selector': (o, s) => s.a.pipe(o.mergeMap(pick(s), undefined, s.n + 1)),
  'mergeMap whose selector throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.mergeMap(pick(s), (_x: string, y: string) => f(y)));
  },
  'mergeMap that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.mergeMap((v: string) => pick(s)(f(v))));
  },
  'mergeMap to arrays': (o, s) => s.a.pipe(o.mergeMap((v: string, i: number) => [v, i])),
  'mergeMap to empty arrays': (o, s) => s.a.pipe(o.mergeMap((_v: string, i: number) => (i % 2 ? [] : [i]))),
  'mergeMap to what is no stream': (o, s) =>
    s.a.pipe(
      o.mergeMap(() => 7),
      o.catchError(() => o.of('refused')),
    ),
  'mergeMap within mergeMap': (o, s) => s.a.pipe(o.mergeMap(() => s.b.pipe(o.mergeMap(() => s.c, 1)), 2)),
  flatMap: (o, s) => s.a.pipe(o.flatMap(pick(s))),
  mergeMapTo: (o, s) => s.a.pipe(o.mergeMapTo(s.b)),
  'mergeMapTo with a number': (o, s) => s.a.pipe(o.mergeMapTo(s.b, s.n + 1)),
  'mergeMapTo with a selector': (o, s) =>
    s.a.pipe(o.mergeMapTo(s.b, (x: string, y: string, i: number, j: number) => x + y + i + j, s.n + 1)),
  mergeAll: (o, s) => s.a.pipe(o.map(pick(s)), o.mergeAll()),
  'mergeAll with a number': (o, s) => s.a.pipe(o.map(pick(s)), o.mergeAll(s.n + 1)),
  concatMap: (o, s) => s.a.pipe(o.concatMap(pick(s))),
  'concatMap with a selector': (o, s) =>
    s.a.pipe(o.concatMap(pick(s), (x: string, y: string, i: number, j: number) => x + y + i + j)),
  'concatMap that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.concatMap((v: string) => pick(s)(f(v))));
  },
  'concatMap to arrays': (o, s) => s.a.pipe(o.concatMap((v: string) => [v, v])),
  concatMapTo: (o, s) => s.a.pipe(o.concatMapTo(s.b)),
  'concatMapTo with a selector': (o, s) =>
    s.a.pipe(o.concatMapTo(s.b, (x: string, y: string, i: number, j: number) => x + y + i + j)),
  concatAll: (o, s) => s.a.pipe(o.map(pick(s)), o.concatAll()),
  switchMap: (o, s) => s.a.pipe(o.switchMap(pick(s))),
  'switchMap with a selector': (o, s) =>
    s.a.pipe(o.switchMap(pick(s), (x: string, y: string, i: number, j: number) => x + y + i + j)),
  'switchMap whose selector throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.switchMap(pick(s), (_x: string, y: string) => f(y)));
  },
  'switchMap that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.switchMap((v: string) => pick(s)(f(v))));
  },
  'switchMap to arrays': (o, s) => s.a.pipe(o.switchMap((v: string) => [v, v])),
  switchMapTo: (o, s) => s.a.pipe(o.switchMapTo(s.b)),
  'switchMapTo with a selector': (o, s) =>
    s.a.pipe(o.switchMapTo(s.b, (x: string, y: string, i: number, j: number) => x + y + i + j)),
  switchAll: (o, s) => s.a.pipe(o.map(pick(s)), o.switchAll()),
  exhaustMap: (o, s) => s.a.pipe(o.exhaustMap(pick(s))),
  'exhaustMap with a selector': (o, s) =>
    s.a.pipe(o.exhaustMap(pick(s), (x: string, y: string, i: number, j: number) => x + y + i + j)),
  'exhaustMap that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.exhaustMap((v: string) => pick(s)(f(v))));
  },
  exhaustAll: (o, s) => s.a.pipe(o.map(pick(s)), o.exhaustAll()),
  exhaust: (o, s) => s.a.pipe(o.map(pick(s)), o.exhaust()),
  mergeScan: (o, s) =>
    s.a.pipe(
      o.mergeScan(
        (acc: string, v: string, i: number) =>
          s.b.pipe(
            o.take(1),
            o.map((x: string) => acc + v + x + i),
          ),
        '',
      ),
    ),
  'mergeScan with a number': (o, s) =>
    s.a.pipe(o.mergeScan((acc: string, v: string) => s.b.pipe(o.map((x: string) => acc + v + x)), '', 1)),
  'mergeScan that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.mergeScan((acc: string, v: string) => o.of(acc + f(v)), ''));
  },
  switchScan: (o, s) =>
    s.a.pipe(
      o.switchScan(
        (acc: string, v: string, i: number) => s.b.pipe(o.map((x: string) => acc + v + x + i)),
        '',
      ),
    ),
  'switchScan that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(o.switchScan((acc: string, v: string) => o.of(acc + f(v)), ''));
  },
  expand: (o, s) =>
    s.a.pipe(o.expand((v: string) => (v.length > 2 ? o.EMPTY : s.b.pipe(o.map((x: string) => v + x))))),
  'expand with the index': (o, s) =>
    s.a.pipe(o.expand((_v: string, i: number) => (i > 12 ? o.EMPTY : o.concat(o.timer(1), o.of(i))))),
  'expand with a number': (o, s) =>
    s.a.pipe(
      o.expand((v: string) => (v.length > 2 ? o.EMPTY : s.b.pipe(o.map((x: string) => v + x))), s.n + 1),
    ),
  'expand at once': (o, s) => s.a.pipe(o.expand((v: string) => (v.length > 3 ? [] : [`${v}x`]))),
  'expand that throws': (o, s) => {
    const f = throwAt(s.n);
    return s.a.pipe(
      o.expand((v: string) => {
        f(v);
        return v.length > 2 ? o.EMPTY : s.b;
      }),
    );
  },
  // many streams
  merge: (o, s) => o.merge(s.a, s.b, s.c),
  'merge with a number': (o, s) => o.merge(s.a, s.b, s.c, s.n + 1),
  'merge with a scheduler': (o, s) => o.merge(s.a, s.b, o.asapScheduler),
  'merge with a number and a scheduler': (o, s) => o.merge(s.a, s.b, 1, o.asapScheduler),
  'merge of one': (o, s) => o.merge(s.a),
  'merge of none': (o) => o.merge(),
  'merge of a stream with itself': (o, s) => o.merge(s.a, s.a),
  mergeWith: (o, s) => s.a.pipe(o.mergeWith(s.b, s.c)),
  concat: (o, s) => o.concat(s.a, s.b, s.c),
  'concat with a scheduler': (o, s) => o.concat(s.a, s.b, o.asapScheduler),
  'concat of none': (o) => o.concat(),
  concatWith: (o, s) => s.a.pipe(o.concatWith(s.b, s.c)),
  zip: (o, s) => o.zip(s.a, s.b, s.c),
  'zip of an array': (o, s) => o.zip([s.a, s.b]),
  'zip with a selector': (o, s) => o.zip(s.a, s.b, (x: string, y: string) => x + y),
  'zip of an array with a selector': (o, s) => o.zip([s.a, s.b], (x: string, y: string) => x + y),
  'zip whose selector throws': (o, s) => o.zip(s.a, s.b, throwAt(s.n)),
  'zip with an array beside': (o, s) => o.zip(s.a, [1, 2]),
  'zip of none': (o) => o.zip(),
  zipWith: (o, s) => s.a.pipe(o.zipWith(s.b)),
  zipAll: (o, s) => s.a.pipe(o.map(pick(s)), o.zipAll()),
  'zipAll with a selector': (o, s) =>
    s.a.pipe(
      o.map(pick(s)),
      o.zipAll((...all: string[]) => all.join('+')),
    ),
  sequenceEqual: (o, s) => s.a.pipe(o.sequenceEqual(s.a.pipe(o.map((v: string) => (v === 's' ? s.n : v))))),
  'sequenceEqual with a comparison': (o, s) =>
    s.a.pipe(
      o.sequenceEqual(
        s.a.pipe(o.map((v: string, i: number) => (i > 2 ? 'q' : v))),
        (x: string, y: string) => x === 'q' || y === 'q' || x === y,
      ),
    ),
  'sequenceEqual whose comparison throws': (o, s) => s.a.pipe(o.sequenceEqual(s.a, throwAt(s.n))),
  withLatestFrom: (o, s) => s.a.pipe(o.withLatestFrom(s.b, s.c)),
  'withLatestFrom with a selector': (o, s) =>
    s.a.pipe(o.withLatestFrom(s.b, (x: string, y: string) => x + y)),
  // sharing
  share: (o, s) => {
    const shared = s.a.pipe(o.share());
    return o.merge(shared, o.timer(s.n).pipe(o.mergeMap(() => shared)));
  },
  'share then retry': (o, s) => s.a.pipe(o.share(), o.retry(2)),
  'share then repeat': (o, s) => s.a.pipe(o.share(), o.repeat(3)),
  'share that never resets': (o, s) => {
    const shared = s.a.pipe(
      o.share({ resetOnError: false, resetOnComplete: false, resetOnRefCountZero: false }),
    );
    return o.concat(shared.pipe(o.take(s.n)), shared).pipe(o.retry(1));
  },
  'share that resets when told': (o, s) => {
    const when = () => o.timer(s.n);
    const shared = s.a.pipe(
      o.share({ resetOnError: when, resetOnComplete: when, resetOnRefCountZero: when }),
    );
    return o.concat(shared.pipe(o.take(s.n)), shared).pipe(o.repeat({ count: 3, delay: 2 }));
  },
  'share with a notifier that fails': (o, s) => {
    const failing = (): Observable<string> => s.b.pipe(o.mergeMap(() => o.throwError(() => 'reset')));
    const shared = s.a.pipe(
      o.share({ resetOnRefCountZero: failing, resetOnComplete: failing, resetOnError: failing }),
    );
    return shared.pipe(
      o.take(1),
      o.repeat({ count: 3, delay: 2 }),
      o.catchError(() => shared),
    );
  },
  'share with a connector': (o, s) => {
    const shared = s.a.pipe(o.share({ connector: () => new o.BehaviorSubject('first') }));
    return o.merge(shared, o.timer(s.n).pipe(o.mergeMap(() => shared)));
  },
  'share of what is at once over': (o, s) => {
    const shared = o.of(1, 2, 3).pipe(o.share());
    return o.merge(shared, shared, s.a);
  },
  shareReplay: (o, s) => {
    const shared = s.a.pipe(o.shareReplay());
    return o.merge(shared, o.timer(s.n).pipe(o.mergeMap(() => shared)));
  },
  'shareReplay with a number': (o, s) => {
    const shared = s.a.pipe(o.shareReplay(s.n));
    return o.merge(shared, o.timer(3).pipe(o.mergeMap(() => shared)));
  },
  'shareReplay with a window': (o, s) => {
    const shared = s.a.pipe(o.shareReplay(3, s.n));
    return o.merge(shared, o.timer(3).pipe(o.mergeMap(() => shared)));
  },
  'shareReplay with refCount': (o, s) => {
    const shared = s.a.pipe(o.shareReplay({ bufferSize: s.n + 1, refCount: true }));
    return o.concat(shared.pipe(o.take(s.n)), shared);
  },
  'shareReplay without refCount': (o, s) => {
    const shared = s.a.pipe(o.shareReplay({ bufferSize: s.n + 1, refCount: false }));
    return o.concat(shared.pipe(o.take(s.n)), shared);
  },
  'shareReplay then retry': (o, s) => s.a.pipe(o.shareReplay(1), o.retry(1)),
  connect: (o, s) =>
    s.a.pipe(
      o.connect((shared: any) =>
        o.merge(
          shared,
          shared.pipe(
            o.map((v: string) => v + v),
            o.take(s.n),
          ),
        ),
      ),
    ),
  'connect to something else': (o, s) => s.a.pipe(o.connect(() => s.b)),
  'connect with a connector': (o, s) =>
    s.a.pipe(
      o.connect((shared: any) => o.concat(shared.pipe(o.take(s.n)), shared), {
        connector: () => new o.ReplaySubject(2),
      }),
    ),
  'connect that throws': (o, s) =>
    s.a.pipe(
      o.connect(() => {
        throw 'thrown';
      }),
    ),
  // failure
  retry: (o, s) => s.a.pipe(o.retry(s.n)),
  'retry without end': (o, s) =>
    o.timer(1).pipe(
      o.mergeMap(() => s.a),
      o.retry(),
    ),
  'retry with a delay': (o, s) => s.a.pipe(o.retry({ count: s.n, delay: 2 })),
  'retry with a function': (o, s) =>
    s.a.pipe(o.retry({ delay: (_e: unknown, i: number) => (i > s.n ? o.throwError(() => 'enough') : s.b) })),
  'retry with a function that throws': (o, s) =>
    s.a.pipe(
      o.retry({
        delay: () => {
          throw 'thrown';
        },
      }),
    ),
  'retry with an empty stream': (o, s) => s.a.pipe(o.retry({ delay: () => o.EMPTY })),
  'retry that starts anew after a value': (o, s) =>
    o.concat(o.timer(1), s.a).pipe(o.retry({ count: s.n, resetOnSuccess: true })),
  retryWhen: (o, s) => s.a.pipe(o.retryWhen((errors: any) => errors.pipe(o.delay(2), o.take(s.n)))),
  'retryWhen told by another': (o, s) => s.a.pipe(o.retryWhen(() => s.b)),
  repeatWhen: (o, s) => s.a.pipe(o.repeatWhen((ends: any) => ends.pipe(o.delay(2), o.take(s.n)))),
  'repeatWhen told by another': (o, s) => s.a.pipe(o.repeatWhen(() => s.b)),
  'catchError around mergeMap': (o, s) =>
    s.a.pipe(
      o.mergeMap(pick(s)),
      o.catchError((_e: unknown, caught: any) => (s.n > 2 ? o.concat(o.timer(1), caught) : s.c)),
    ),
  // time
  'timeout with another stream': (o, s) => s.a.pipe(o.timeout({ each: s.n + 1, with: () => s.b })),
  'timeout of the first with another stream': (o, s) => s.a.pipe(o.timeout({ first: s.n, with: () => s.b })),
  'timeout of the first and of each': (o, s) =>
    s.a.pipe(o.timeout({ first: s.n + 2, each: s.n + 1, with: () => s.b })),
  'timeout at a date': (o, s) => s.a.pipe(o.timeout({ first: new Date(s.n + 1), with: () => s.b })),
  'timeout that says what it saw': (o, s) =>
    s.a.pipe(o.timeout({ each: 2, meta: 'm', with: (info: any) => o.of(info.seen, info.meta) })),
  'timeout whose function throws': (o, s) =>
    s.a.pipe(
      o.timeout({
        each: 2,
        with: () => {
          throw 'thrown';
        },
      }),
    ),
  'timeout with a number': (o, s) =>
    s.a.pipe(
      o.timeout(s.n + 1),
      o.catchError(() => o.of('timeout')),
    ),
  'timeout with a number and a scheduler': (o, s) =>
    s.a.pipe(
      o.timeout(s.n + 1, o.asyncScheduler),
      o.catchError(() => o.of('timeout')),
    ),
  'timeout with a date': (o, s) =>
    s.a.pipe(
      o.timeout(new Date(s.n + 1)),
      o.catchError(() => o.of('timeout')),
    ),
  delay: (o, s) => s.a.pipe(o.delay(s.n)),
  'delay until a date': (o, s) => s.a.pipe(o.delay(new Date(s.n + 3))),
  delayWhen: (o, s) => s.a.pipe(o.delayWhen(pick(s))),
  'delayWhen with a delayed subscription': (o, s) => s.a.pipe(o.delayWhen(() => o.timer(1), s.b)),
  'delayWhen that throws': (o, s) => s.a.pipe(o.delayWhen(throwAt(0))),
  observeOn: (o, s) => s.a.pipe(o.observeOn(o.asyncScheduler)),
  'observeOn with a delay': (o, s) => s.a.pipe(o.observeOn(o.asyncScheduler, s.n)),
  'observeOn asap': (o, s) => s.a.pipe(o.observeOn(o.asapScheduler)),
  // notifiers
  takeUntil: (o, s) => s.a.pipe(o.takeUntil(s.b)),
  'takeUntil in an inner stream': (o, s) => s.a.pipe(o.mergeMap(() => s.b.pipe(o.takeUntil(s.c)))),
  skipUntil: (o, s) => s.a.pipe(o.skipUntil(s.b)),
  sample: (o, s) => s.a.pipe(o.sample(s.b)),
  audit: (o, s) => s.a.pipe(o.audit(pick(s))),
  'audit that throws': (o, s) =>
    s.a.pipe(
      o.audit(() => {
        throw 'thrown';
      }),
    ),
  debounce: (o, s) => s.a.pipe(o.debounce(pick(s))),
  'debounce that throws': (o, s) =>
    s.a.pipe(
      o.debounce(() => {
        throw 'thrown';
      }),
    ),
  throttle: (o, s) => s.a.pipe(o.throttle(pick(s))),
  'throttle at both ends': (o, s) =>
    s.a.pipe(o.throttle(pick(s), { leading: s.n % 2 === 0, trailing: true })),
  window: (o, s) => s.a.pipe(o.window(s.b)),
  windowWhen: (o, s) => s.a.pipe(o.windowWhen(() => o.concat(o.timer(1), s.b))),
  'windowWhen that throws': (o, s) =>
    s.a.pipe(
      o.windowWhen(() => {
        throw 'thrown';
      }),
    ),
  windowToggle: (o, s) => s.a.pipe(o.windowToggle(s.b, () => s.c)),
  'windowToggle that throws': (o, s) =>
    s.a.pipe(
      o.windowToggle(s.b, () => {
        throw 'thrown';
      }),
    ),
  windowCount: (o, s) => s.a.pipe(o.windowCount(s.n + 1, 2)),
  windowTime: (o, s) => s.a.pipe(o.windowTime(s.n + 1)),
  groupBy: (o, s) => s.a.pipe(o.groupBy((v: string) => v < 'r')),
  'groupBy with a selector': (o, s) =>
    s.a.pipe(
      o.groupBy(
        (v: string) => v,
        (v: string) => v + v,
      ),
    ),
  'groupBy with an end for each': (o, s) =>
    s.a.pipe(o.groupBy((v: string) => v < 'r', { duration: () => s.b })),
  'groupBy that throws': (o, s) => s.a.pipe(o.groupBy(throwAt(s.n))),
  'groupBy then mergeMap': (o, s) =>
    s.a.pipe(
      o.groupBy((v: string) => v < 'r'),
      o.mergeMap((g: any) => g.pipe(o.scan((acc: string, v: string) => acc + v, String(g.key)))),
    ),
  // buffers
  buffer: (o, s) => s.a.pipe(o.buffer(s.b)),
  bufferWhen: (o, s) => s.a.pipe(o.bufferWhen(() => o.concat(o.timer(1), s.b))),
  'bufferWhen that throws': (o, s) =>
    s.a.pipe(
      o.bufferWhen(() => {
        throw 'thrown';
      }),
    ),
  bufferTime: (o, s) => s.a.pipe(o.bufferTime(s.n + 1)),
  'bufferTime with an interval': (o, s) => s.a.pipe(o.bufferTime(s.n + 1, 2)),
  'bufferTime with an interval and a size': (o, s) => s.a.pipe(o.bufferTime(s.n + 1, 2, 2)),
  'bufferTime with a scheduler': (o, s) => s.a.pipe(o.bufferTime(s.n + 1, o.asyncScheduler)),
  'bufferTime with null and a size': (o, s) => s.a.pipe(o.bufferTime(4, null, s.n + 1)),
  distinct: (o, s) => s.a.pipe(o.distinct()),
  'distinct by a key': (o, s) => s.a.pipe(o.distinct((v: string) => v < 'r')),
  'distinct that throws': (o, s) => s.a.pipe(o.distinct(throwAt(s.n))),
  'distinct with flushes': (o, s) => s.a.pipe(o.distinct(null, s.b)),
  // creation
  of: (o, s) => o.of(s.n, 'x'),
  'of with a scheduler': (o, s) => o.of(s.n, 'x', o.asapScheduler),
  'of nothing': (o) => o.of(),
  'from an array': (o, s) => o.from([s.n, 2]),
  'from a text': (o) => o.from('text'),
  'from what looks like an array': (o) => o.from({ length: 2, 0: 'x', 1: 'y' }),
  'from a generator': (o) =>
    o.from(
      (function* () {
        yield 1;
        yield 2;
        return 3;
      })(),
    ),
  'from with a scheduler': (o) => o.from([1, 2], o.asapScheduler),
  'from an observable': (o, s) => o.from(s.a),
  'from another kind of observable': (o, s) => o.from({ [o.observable]: () => s.a }),
  'from a function that is an observable': (o, s) =>
    o.from(Object.assign(() => {}, { [o.observable]: () => s.a })),
  'from an array that is an observable': (o, s) =>
    o.from(Object.assign(['no'], { [o.observable]: () => s.a })),
  range: (o, s) => o.range(s.n, 3),
  'range of a count': (o, s) => o.range(s.n),
  'range of less than nothing': (o) => o.range(3, -1),
  'range with a scheduler': (o, s) => o.range(s.n, 3, o.asapScheduler),
  defer: (o, s) => o.defer(() => s.a),
  'defer that throws': (o) =>
    o.defer(() => {
      throw 'thrown';
    }),
  'defer to an array': (o, s) => o.defer(() => [s.n]),
};

/** Emits after the subscription, within the same frame. */
function setup(o: any, act: () => void): void {
  o.asapScheduler.schedule(act);
}
/* biome-ignore-end lint/suspicious/noExplicitAny: see above */

export const RX_SCENARIOS: Readonly<Record<string, (o: Operators, s: Sources) => Observable<unknown>>> =
  scenarios;
