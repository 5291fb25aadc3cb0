/** RxJS's `connect`, every subscription with a bounded queue. */
import type * as stock from 'rxjs';
import { type Observable, Subject, type Subscriber } from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';
import { HubSubscriber } from '../operators/share.ts';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { Stream } from '../stream.ts';

/** RxJS's `connect`: what `selector` makes of the shared source, every subscription to it with a bounded queue. */
export const connect: typeof stock.connect = ((
  selector: (shared: Observable<unknown>) => stock.ObservableInput<unknown>,
  config: { connector?: () => stock.SubjectLike<unknown> } = {},
) =>
  operate((source: Observable<unknown>, subscriber: Subscriber<unknown>) => {
    const subject = (config.connector ?? (() => new Subject<unknown>()))();
    const hub = new HubSubscriber<unknown>(subject, { failed() {}, completed() {} });
    const shared = new Stream<unknown>((out) => {
      hub.join(out, DEFAULT_BUFFER_BOUNDS);
    });
    innerFrom(selector(shared)).subscribe(subscriber);
    subscriber.add(hub);
    if (!hub.closed) source.subscribe(hub);
  })) as never;
