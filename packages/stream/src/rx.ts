// biome-ignore-all assist/source/organizeImports: the headings say what belongs together, and a sorter takes them apart
/**
 * RxJS by its own names, without what can grow without bound: change `from 'rxjs'` to `from '@oxbow/stream/rx'`.
 *
 * Names under "replaced" are this package's: same arguments, same values, with a bound. Left out: what RxJS calls
 * multicast, publish, publishBehavior, publishLast, publishReplay, refCount, connectable and ConnectableObservable (use
 * share or connect), bufferToggle (use windowToggle), timeoutWith (use timeout), and its TimeoutError (ours is loop's).
 */

// Types
export type {
  GroupedObservable,
  MonoTypeOperatorFunction,
  NextObserver,
  ObservableInput,
  ObservedValueOf,
  Observer,
  Operator,
  OperatorFunction,
  PartialObserver,
  SchedulerAction,
  SchedulerLike,
  SubjectLike,
  Subscribable,
  SubscriptionLike,
  TeardownLogic,
  TimeInterval,
  Timestamp,
  UnaryFunction,
  Unsubscribable,
} from 'rxjs';

// RxJS's own classes
export {
  ArgumentOutOfRangeError,
  AsyncSubject,
  BehaviorSubject,
  EmptyError,
  NotFoundError,
  Notification,
  NotificationKind,
  ObjectUnsubscribedError,
  Observable,
  ReplaySubject,
  Scheduler,
  SequenceError,
  Subject,
  Subscriber,
  Subscription,
  UnsubscriptionError,
  VirtualAction,
  VirtualTimeScheduler,
} from 'rxjs';

// RxJS's own schedulers
export {
  animationFrame,
  animationFrameScheduler,
  asap,
  asapScheduler,
  async,
  asyncScheduler,
  queue,
  queueScheduler,
} from 'rxjs';

// RxJS's own helpers
export {
  config,
  firstValueFrom,
  identity,
  isObservable,
  lastValueFrom,
  noop,
  observable,
  pipe,
} from 'rxjs';

// RxJS's own creation functions
export {
  animationFrames,
  bindCallback,
  bindNodeCallback,
  combineLatest,
  EMPTY,
  empty,
  forkJoin,
  fromEvent,
  fromEventPattern,
  generate,
  iif,
  interval,
  NEVER,
  never,
  onErrorResumeNext,
  pairs,
  partition,
  race,
  scheduled,
  throwError,
  timer,
  using,
} from 'rxjs';

// RxJS's own operators: the gate passes through, and what they hold is bounded
export {
  auditTime,
  bufferCount,
  catchError,
  combineAll,
  combineLatestAll,
  combineLatestWith,
  count,
  debounceTime,
  defaultIfEmpty,
  dematerialize,
  distinctUntilChanged,
  distinctUntilKeyChanged,
  elementAt,
  endWith,
  every,
  finalize,
  find,
  findIndex,
  first,
  ignoreElements,
  isEmpty,
  last,
  mapTo,
  materialize,
  max,
  min,
  onErrorResumeNextWith,
  pairwise,
  pluck,
  raceWith,
  reduce,
  repeat,
  sampleTime,
  single,
  skip,
  skipLast,
  skipWhile,
  startWith,
  subscribeOn,
  takeLast,
  takeWhile,
  throttleTime,
  throwIfEmpty,
  timeInterval,
  timestamp,
  toArray,
} from 'rxjs';

// Replaced: sources that can wait
export { concat } from './rx/concat.ts';
export { defer } from './rx/defer.ts';
export { from } from './rx/from.ts';
export { merge } from './rx/merge.ts';
export { of } from './rx/of.ts';
export { range } from './rx/range.ts';
export { zip } from './operators/zip.ts';

// Replaced: the batch lane
export { filter } from './rx/filter.ts';
export { map } from './rx/map.ts';
export { scan } from './operators/scan.ts';
export { take } from './operators/take.ts';
export { tap } from './rx/tap.ts';

// Replaced: inner streams
export { concatAll } from './operators/concat-all.ts';
export { concatMap } from './rx/concat-map.ts';
export { concatMapTo } from './rx/concat-map-to.ts';
export { concatWith } from './operators/concat-with.ts';
export { exhaustAll, exhaustAll as exhaust } from './rx/exhaust-all.ts';
export { exhaustMap } from './rx/exhaust-map.ts';
export { expand } from './rx/expand.ts';
export { mergeAll } from './operators/merge-all.ts';
export { mergeMap, mergeMap as flatMap } from './rx/merge-map.ts';
export { mergeMapTo } from './rx/merge-map-to.ts';
export { mergeScan } from './rx/merge-scan.ts';
export { mergeWith } from './operators/merge-with.ts';
export { switchAll } from './operators/switch-all.ts';
export { switchMap } from './rx/switch-map.ts';
export { switchMapTo } from './rx/switch-map-to.ts';
export { switchScan } from './rx/switch-scan.ts';
export { zipAll } from './rx/zip-all.ts';
export { zipWith } from './operators/zip-with.ts';

// Replaced: sharing
export { connect } from './rx/connect.ts';
export { share } from './operators/share.ts';
export { shareReplay } from './rx/share-replay.ts';

// Replaced: time and failure, on the loop's clock
export { retry } from './operators/retry.ts';
export { takeUntil } from './operators/take-until.ts';
export { timeout } from './operators/timeout.ts';

// Replaced: what keeps values
export { buffer } from './rx/buffer.ts';
export { bufferTime } from './rx/buffer-time.ts';
export { bufferWhen } from './rx/buffer-when.ts';
export { delay } from './rx/delay.ts';
export { delayWhen } from './rx/delay-when.ts';
export { distinct } from './rx/distinct.ts';
export { observeOn } from './rx/observe-on.ts';
export { sequenceEqual } from './rx/sequence-equal.ts';

// Replaced: signals outside the gate
export { audit } from './rx/audit.ts';
export { debounce } from './rx/debounce.ts';
export { repeatWhen } from './rx/repeat-when.ts';
export { retryWhen } from './rx/retry-when.ts';
export { sample } from './rx/sample.ts';
export { skipUntil } from './rx/skip-until.ts';
export { throttle } from './rx/throttle.ts';
export { withLatestFrom } from './rx/with-latest-from.ts';

// Replaced: windows and groups, held back by their readers
export { groupBy } from './rx/group-by.ts';
export { window } from './rx/window.ts';
export { windowCount } from './rx/window-count.ts';
export { windowTime } from './rx/window-time.ts';
export { windowToggle } from './rx/window-toggle.ts';
export { windowWhen } from './rx/window-when.ts';
