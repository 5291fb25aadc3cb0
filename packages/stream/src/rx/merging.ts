/** RxJS's operators that subscribe to inner streams, over the bounded `mergeMap`. Names and arguments are RxJS's. */

import type { Observable, ObservableInput, OperatorFunction, Subscriber } from 'rxjs';
import * as stock from 'rxjs';
import { merge as mergeStreams } from '../operators/combine.ts';
import { innerFrom } from '../operators/inner.ts';
import { concatMap, mergeMap } from '../operators/merge-map.ts';
import { operate } from '../operators/operate.ts';
import { Precedence } from '../operators/precedence.ts';
import { isScheduler } from '../operators/scheduler.ts';
import { switchMap } from '../operators/switch-map.ts';
import { zip } from '../operators/zip.ts';
import { passage } from './passage.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `merge`; the source of a merge of one is given back as it is. */
export const merge: typeof stock.merge = ((...args: unknown[]) => {
  const sources = args.filter((arg) => typeof arg !== 'number' && !isScheduler(arg));
  if (sources.length === 0) return stock.EMPTY;
  return sources.length === 1 ? innerFrom(sources[0] as Input) : mergeStreams(...(args as Input[]));
}) as never;

/** RxJS's `mergeMapTo`. @deprecated As in RxJS: use `mergeMap(() => inner)`. */
export const mergeMapTo: typeof stock.mergeMapTo = ((inner: Input, second?: unknown, third?: number) =>
  mergeMap(() => inner, second as never, third as never)) as never;

/** RxJS's `concatMapTo`. @deprecated As in RxJS: use `concatMap(() => inner)`. */
export const concatMapTo: typeof stock.concatMapTo = ((inner: Input, select?: never) =>
  concatMap(() => inner, select)) as never;

/** RxJS's `switchMapTo`. @deprecated As in RxJS: use `switchMap(() => inner)`. */
export const switchMapTo: typeof stock.switchMapTo = ((inner: Input, select?: never) =>
  switchMap(() => inner, select)) as never;

/**
 * RxJS's `exhaustMap`; inner arrays and iterables obey the gate, and come whole before the source goes on. Values that come
 * while one is running are dropped.
 */
export const exhaustMap: typeof stock.exhaustMap = ((
  project: (value: unknown, index: number) => Input,
  select?: never,
) =>
  operate((source, subscriber: Subscriber<unknown>) => {
    const precedence = new Precedence('exhaustMap', subscriber);
    subscriber.add(() => precedence.dispose());
    const inner = passage<unknown>(precedence.inner);
    let begun = false;
    const begin = (value: unknown, index: number): Observable<unknown> => {
      begun = true;
      return innerFrom(project(value, index)).pipe(inner);
    };
    const afterEach = (): void => {
      if (begun) precedence.afterSubscribe();
      begun = false;
    };
    source
      .pipe(passage(precedence.source, afterEach), stock.exhaustMap(begin, select as never))
      .subscribe(subscriber);
  })) as never;

/** RxJS's `exhaustAll`. */
export const exhaustAll: typeof stock.exhaustAll = (() => exhaustMap((inner: Input) => inner)) as never;

/** RxJS's `mergeScan`, bounded as `mergeMap` is. */
export function mergeScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  concurrent: number = Number.POSITIVE_INFINITY,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => mergeMap(project, concurrent));
}

/** RxJS's `switchScan`; inner arrays and iterables obey the gate. */
export function switchScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => switchMap(project));
}

type ScanProject<T, R> = (value: T, index: number) => Observable<R>;

function scanned<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  flatten: (project: ScanProject<T, R>) => OperatorFunction<T, R>,
): OperatorFunction<T, R> {
  return operate((source: Observable<T>, subscriber: Subscriber<R>) => {
    let state = seed;
    const remember = stock.tap((inner: R) => {
      state = inner;
    });
    source
      .pipe(flatten((value, index) => innerFrom(accumulator(state, value, index)).pipe(remember)))
      .subscribe(subscriber);
  });
}

/** RxJS's `zipAll`, over the bounded `zip`. */
export const zipAll: typeof stock.zipAll = ((select?: (...values: unknown[]) => unknown) =>
  (source: Observable<Input>) =>
    source.pipe(
      stock.toArray(),
      mergeMap((inputs: Input[]) =>
        inputs.length === 0
          ? stock.EMPTY
          : select === undefined
            ? zip(inputs)
            : (zip(inputs as Input[], select as never) as Observable<unknown>),
      ),
    )) as never;
