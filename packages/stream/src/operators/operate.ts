/** How an operator of this package is attached to its source: by RxJS's own lift, so a Stream stays a Stream. */
import type { Observable, Operator, OperatorFunction, Subscriber, TeardownLogic } from 'rxjs';
import { creationSite, enterSite, leaveSite } from '../creation-site.ts';

/**
 * Makes an operator of a function that subscribes to the source.
 *
 * @param connect called once for each subscription; it subscribes a Subscriber of its own to the source
 */
export function operate<T, R>(
  connect: (source: Observable<T>, subscriber: Subscriber<R>) => TeardownLogic,
): OperatorFunction<T, R> {
  const site = creationSite();
  const operator = {
    call(subscriber: Subscriber<R>, source: Observable<T>): TeardownLogic {
      const outer = enterSite(site);
      try {
        return connect(source, subscriber);
      } catch (error) {
        subscriber.error(error);
        return undefined;
      } finally {
        leaveSite(outer);
      }
    },
  } as Operator<T, R>;
  return (source) => {
    if (typeof (source as Partial<Observable<T>> | undefined)?.lift !== 'function') {
      throw new TypeError('An operator was applied to something that is no Observable.');
    }
    return source.lift(operator);
  };
}
