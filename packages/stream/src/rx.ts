/**
 * RxJS by its own names, without what can grow without bound: change `from 'rxjs'` to `from '@oxbow/stream/rx'`.
 *
 * Names under "replaced" are this package's: same arguments, same values, with a bound. Left out: what RxJS calls
 * multicast, publish, publishBehavior, publishLast, publishReplay, refCount, connectable and ConnectableObservable (use
 * share or connect), bufferToggle (use windowToggle), timeoutWith (use timeout), and its TimeoutError (ours is loop's).
 */

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
// RxJS's own operators: the gate passes through, and what they hold is bounded
// RxJS's own creation functions
// RxJS's own classes, schedulers and helpers
export {
  ArgumentOutOfRangeError,
  AsyncSubject,
  animationFrame,
  animationFrameScheduler,
  animationFrames,
  asap,
  asapScheduler,
  async,
  asyncScheduler,
  auditTime,
  BehaviorSubject,
  bindCallback,
  bindNodeCallback,
  bufferCount,
  catchError,
  combineAll,
  combineLatest,
  combineLatestAll,
  combineLatestWith,
  config,
  count,
  debounceTime,
  defaultIfEmpty,
  dematerialize,
  distinctUntilChanged,
  distinctUntilKeyChanged,
  EMPTY,
  EmptyError,
  elementAt,
  empty,
  endWith,
  every,
  finalize,
  find,
  findIndex,
  first,
  firstValueFrom,
  forkJoin,
  fromEvent,
  fromEventPattern,
  generate,
  identity,
  ignoreElements,
  iif,
  interval,
  isEmpty,
  isObservable,
  last,
  lastValueFrom,
  mapTo,
  materialize,
  max,
  min,
  NEVER,
  NotFoundError,
  Notification,
  NotificationKind,
  never,
  noop,
  ObjectUnsubscribedError,
  Observable,
  observable,
  onErrorResumeNext,
  onErrorResumeNextWith,
  pairs,
  pairwise,
  partition,
  pipe,
  pluck,
  queue,
  queueScheduler,
  ReplaySubject,
  race,
  raceWith,
  reduce,
  repeat,
  Scheduler,
  SequenceError,
  Subject,
  Subscriber,
  Subscription,
  sampleTime,
  scheduled,
  single,
  skip,
  skipLast,
  skipWhile,
  startWith,
  subscribeOn,
  takeLast,
  takeWhile,
  throttleTime,
  throwError,
  throwIfEmpty,
  timeInterval,
  timer,
  timestamp,
  toArray,
  UnsubscriptionError,
  using,
  VirtualAction,
  VirtualTimeScheduler,
} from 'rxjs';
export { concat, concatWith, mergeWith } from './operators/combine.ts';
// Replaced: the batch lane
export { filter, map, scan, take, tap } from './operators/lane.ts';
// Replaced: inner streams
export { concatAll, concatMap, mergeAll, mergeMap, mergeMap as flatMap } from './operators/merge-map.ts';
// Replaced: time and failure, on the loop's clock
export { retry } from './operators/retry.ts';
// Replaced: sharing
export { share } from './operators/share.ts';
export { switchAll, switchMap } from './operators/switch-map.ts';
export { takeUntil } from './operators/take-until.ts';
export { timeout } from './operators/timeout.ts';
export { zip, zipWith } from './operators/zip.ts';
// Replaced: what keeps values
export { buffer, bufferTime, bufferWhen, distinct, sequenceEqual } from './rx/capped.ts';
// Replaced: sources that can wait
export { defer, from, of, range } from './rx/creation.ts';
export { delay, delayWhen, observeOn } from './rx/delaying.ts';
export { expand } from './rx/expand.ts';
export {
  concatMapTo,
  exhaustAll,
  exhaustAll as exhaust,
  exhaustMap,
  merge,
  mergeMapTo,
  mergeScan,
  switchMapTo,
  switchScan,
  zipAll,
} from './rx/merging.ts';
// Replaced: signals outside the gate
export {
  audit,
  debounce,
  repeatWhen,
  retryWhen,
  sample,
  skipUntil,
  throttle,
  withLatestFrom,
} from './rx/notifiers.ts';
export { connect, shareReplay } from './rx/sharing.ts';
// Replaced: windows and groups, held back by their readers
export { groupBy, window, windowCount, windowTime, windowToggle, windowWhen } from './rx/windows.ts';
