/**
 * The AbortSignal of a call in a worker: made when somebody asks for it, and true to a request to stop even while the
 * function holds its thread and no message can arrive.
 */

import type { Task } from '../task/task.ts';

const abortedOf = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!;

/** Takes the place of a task's AbortController. */
export class CallSignal implements AbortController {
  readonly #task: Task<unknown>;
  readonly #look: () => boolean;
  #controller: AbortController | undefined = undefined;

  /** @param look reads the request from shared memory, and has the task cancelled when there is one */
  constructor(task: Task<unknown>, look: () => boolean) {
    this.#task = task;
    this.#look = look;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const cancellation = this.#task.ownCancellation;
      cancellation.signalled ??= new Set();
      cancellation.signalled.add(this.#task);
      this.#watch(this.#controller.signal);
    }
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.#controller?.abort(reason);
  }

  #watch(signal: AbortSignal): void {
    const look = this.#look;
    Object.defineProperties(signal, {
      aborted: {
        get: () => (abortedOf.call(signal) as boolean) || (look() && (abortedOf.call(signal) as boolean)),
      },
      throwIfAborted: {
        value: () => {
          if (signal.aborted) throw signal.reason;
        },
      },
    });
  }
}
