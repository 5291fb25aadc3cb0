/** RxJS's deprecated last argument: a scheduler among other things. */
import type { SchedulerLike } from 'rxjs';

/** True for anything of the shape of an RxJS scheduler. */
export function isScheduler(value: unknown): value is SchedulerLike {
  return typeof (value as Partial<SchedulerLike> | undefined | null)?.schedule === 'function';
}

/** Takes a scheduler off the end of an argument list, where there is one. */
export function popScheduler(args: unknown[]): SchedulerLike | undefined {
  return isScheduler(args[args.length - 1]) ? (args.pop() as SchedulerLike) : undefined;
}
