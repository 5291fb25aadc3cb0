/** RxJS's `shareReplay` over the bounded `share`: every consumer has a queue of its own, and the gate gets through. */
import type * as stock from 'rxjs';
import { ReplaySubject } from 'rxjs';
import { share } from '../operators/share.ts';
import { DEFAULT_HIGH_WATER_ITEMS, HARD_CAP_FACTOR } from '../overflow.ts';

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
