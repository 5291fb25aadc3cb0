/**
 * RxJS's operators that listen to a second stream for a signal, with that stream outside the gate: a signal must get
 * through while the consumer of the data is full. RxJS's own would hand the data's gate to the notifier.
 */
import * as stock from 'rxjs';
import { Observable, type ObservableInput } from 'rxjs';
import { ControlSubscriber } from '../operators/control-subscriber.ts';
import { innerFrom } from '../operators/inner.ts';

/** An input as an Observable that sees no gate. */
export function ungated<T>(input: ObservableInput<T>): Observable<T> {
  return new Observable<T>((subscriber) => innerFrom(input).subscribe(new ControlSubscriber(subscriber)));
}

/** Wraps a function that gives notifiers. */
export function ungatedResult<A extends unknown[], T>(
  select: (...args: A) => ObservableInput<T>,
): (...args: A) => Observable<T> {
  return (...args) => ungated(select(...args));
}

/** RxJS's `sample`, its notifier outside the gate. */
export const sample: typeof stock.sample = (notifier) => stock.sample(ungated(notifier));

/** RxJS's `skipUntil`, its notifier outside the gate. */
export const skipUntil: typeof stock.skipUntil = (notifier) => stock.skipUntil(ungated(notifier));

/** RxJS's `withLatestFrom`, its inputs outside the gate. */
export const withLatestFrom: typeof stock.withLatestFrom = ((...args: unknown[]) => {
  const last = args[args.length - 1];
  const project = typeof last === 'function' ? [args.pop()] : [];
  const inputs = (args as ObservableInput<unknown>[]).map(ungated);
  return (stock.withLatestFrom as (...given: unknown[]) => unknown)(...inputs, ...project);
}) as never;

/** RxJS's `audit`, its notifiers outside the gate. */
export const audit: typeof stock.audit = (duration) => stock.audit(ungatedResult(duration));

/** RxJS's `debounce`, its notifiers outside the gate. */
export const debounce: typeof stock.debounce = (duration) => stock.debounce(ungatedResult(duration));

/** RxJS's `throttle`, its notifiers outside the gate. */
export const throttle: typeof stock.throttle = (duration, config) =>
  stock.throttle(ungatedResult(duration), config);

/** RxJS's `retryWhen`, its notifier outside the gate. */
export const retryWhen: typeof stock.retryWhen = (notifier) => stock.retryWhen(ungatedResult(notifier));

/** RxJS's `repeatWhen`, its notifier outside the gate. */
export const repeatWhen: typeof stock.repeatWhen = (notifier) => stock.repeatWhen(ungatedResult(notifier));
