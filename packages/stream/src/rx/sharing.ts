/** RxJS's multicasting operators over the bounded `share`: every consumer has a queue of its own, and the gate gets through. */
import type * as stock from 'rxjs';
import { type Observable, ReplaySubject, Subject, type Subscriber } from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';
import { Branch, HubSubscriber, share } from '../operators/share.ts';
import { DEFAULT_BUFFER_BOUNDS, DEFAULT_HIGH_WATER_ITEMS, HARD_CAP_FACTOR } from '../overflow.ts';
import { Stream } from '../stream.ts';

/** How many values `shareReplay` replays when no number is given; RxJS keeps all of them for ever. */
export const DEFAULT_REPLAY_ITEMS: number = DEFAULT_HIGH_WATER_ITEMS * HARD_CAP_FACTOR;

/** RxJS's `shareReplay`; without a buffer size it replays the last 1024 values, not all there ever were. */
export const shareReplay: typeof stock.shareReplay = ((
  configOrBufferSize?: stock.ShareReplayConfig | number,
  windowTime?: number,
  scheduler?: stock.SchedulerLike,
) => {
  const config: stock.ShareReplayConfig =
    typeof configOrBufferSize === 'object'
      ? configOrBufferSize
      : ({
          bufferSize: configOrBufferSize,
          windowTime,
          scheduler,
          refCount: false,
        } as stock.ShareReplayConfig);
  const wanted = config.bufferSize ?? Number.POSITIVE_INFINITY;
  const bufferSize = wanted === Number.POSITIVE_INFINITY ? DEFAULT_REPLAY_ITEMS : wanted;
  return share({
    connector: () => new ReplaySubject(bufferSize, config.windowTime, config.scheduler),
    resetOnError: true,
    resetOnComplete: false,
    resetOnRefCountZero: config.refCount ?? false,
  });
}) as never;

/** RxJS's `connect`: what `selector` makes of the shared source, every subscription to it with a bounded queue. */
export const connect: typeof stock.connect = ((
  selector: (shared: Observable<unknown>) => stock.ObservableInput<unknown>,
  config: { connector?: () => stock.SubjectLike<unknown> } = {},
) =>
  operate((source: Observable<unknown>, subscriber: Subscriber<unknown>) => {
    const subject = (config.connector ?? (() => new Subject<unknown>()))();
    const hub = new HubSubscriber<unknown>(subject, { failed() {}, completed() {} });
    const shared = new Stream<unknown>((out) => {
      subject.subscribe(new Branch(out, DEFAULT_BUFFER_BOUNDS, hub) as never);
    });
    innerFrom(selector(shared)).subscribe(subscriber);
    subscriber.add(hub);
    if (!hub.closed) source.subscribe(hub);
  })) as never;
