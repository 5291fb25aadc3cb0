// The outermost region of a task: what is asked of the task as a whole, one request at a time, delivered once. Most tasks are
// never asked for anything, so all of it is kept in a Cancellation that is made with the first request.

import type { CancelledError } from '../errors.ts';
import { Cancellation } from './cancellation.ts';
import type { Region, TaskCore } from './current.ts';
import { Future } from './future.ts';

/** A task, seen as a region of itself. */
export abstract class TaskRegion<T> extends Future<T> implements Region {
  /** @internal */
  declare cancellation: Cancellation | undefined;

  constructor() {
    super();
    this.cancellation = undefined;
  }

  /** @internal */
  abstract get task(): TaskCore;

  /** @internal */
  get outer(): undefined {
    return undefined;
  }

  /** @internal */
  get shield(): false {
    return false;
  }

  /** @internal */
  get request(): CancelledError | undefined {
    return this.cancellation?.request;
  }

  set request(error: CancelledError | undefined) {
    this.ownCancellation.request = error;
  }

  /** @internal */
  get requestedAt(): number {
    return this.cancellation?.requestedAt ?? 0;
  }

  set requestedAt(moment: number) {
    this.ownCancellation.requestedAt = moment;
  }

  /** @internal */
  get due(): boolean {
    return this.cancellation?.due ?? false;
  }

  set due(due: boolean) {
    this.ownCancellation.due = due;
  }

  /** @internal */
  get level(): boolean {
    return this.cancellation?.level ?? false;
  }

  set level(level: boolean) {
    this.ownCancellation.level = level;
  }

  /** @internal */
  get controller(): AbortController | undefined {
    return this.cancellation?.controller;
  }

  set controller(controller: AbortController | undefined) {
    this.ownCancellation.controller = controller;
  }

  /** @internal */
  get pendingRequests(): number {
    return this.cancellation === undefined ? 0 : this.cancellation.pending;
  }

  set pendingRequests(count: number) {
    this.ownCancellation.pending = count;
  }

  /** @internal */
  get unwindTo(): Region | undefined {
    return this.cancellation?.unwindTo;
  }

  set unwindTo(region: Region | undefined) {
    this.ownCancellation.unwindTo = region;
  }

  /** @internal */
  get unwindOnWake(): Region | undefined {
    return this.cancellation?.unwindOnWake;
  }

  set unwindOnWake(region: Region | undefined) {
    this.ownCancellation.unwindOnWake = region;
  }

  /** Made when first needed. @internal */
  get ownCancellation(): Cancellation {
    this.cancellation ??= new Cancellation();
    return this.cancellation;
  }
}
