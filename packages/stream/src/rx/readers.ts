/**
 * Windows and groups, held back by their readers. RxJS feeds each by a Subject, which pushes without asking; here every
 * reader of one has a bounded queue, and the source waits while one of those is full.
 */
import type { Observable, Operator, OperatorFunction, Subscriber, TeardownLogic } from 'rxjs';
import * as stock from 'rxjs';
import { findGate } from '../gate.ts';
import { Branch, Branches } from '../operators/branch.ts';
import { operate } from '../operators/operate.ts';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { passage } from './passage.ts';

/** Puts a gate above the operator, which readers of the streams it emits can close. */
export function fed<T, R>(
  label: string,
  operator: OperatorFunction<T, Observable<R>>,
): OperatorFunction<T, Observable<R>> {
  return operate<T, Observable<R>>((source, subscriber) => {
    const readers = new Branches(label, 'full reader', findGate(subscriber));
    source
      .pipe(
        passage<T>(readers.gate),
        operator,
        stock.map((stream) => readBy(readers, stream)),
      )
      .subscribe(subscriber);
    return () => readers.gate.dispose();
  });
}

/** The same stream with a queue for each of its readers. What else it has, a group's key, it keeps. */
function readBy<R>(readers: Branches, stream: Observable<R>): Observable<R> {
  const call = (subscriber: Subscriber<R>, source: Observable<R>): TeardownLogic =>
    source.subscribe(new Branch<R>('window reader', subscriber, DEFAULT_BUFFER_BOUNDS, readers) as never);
  const read = stream.lift({ call } as Operator<R, R>);
  return 'key' in stream ? Object.assign(read, { key: stream.key }) : read;
}
