/**
 * Calls a consumer's asynchronous function in the consumer's own task. A value may be pushed from anywhere: out of another
 * task, a socket's callback. A function called there would wait on that task's behalf and be cancelled with it. So what
 * comes from elsewhere waits one microtask, for a turn that was asked for where the consumer was.
 */
import { currentTask } from '@oxbow/loop/lowlevel';

export class OwnTurn {
  readonly #owner = currentTask();
  readonly #work: () => void;
  #take: (() => void) | undefined;

  /** @param work what to do when the turn comes; make this object where the consumer is */
  constructor(work: () => void) {
    this.#work = work;
    this.#arm();
  }

  /** True when the running code belongs to another task than the consumer. */
  get elsewhere(): boolean {
    return currentTask() !== this.#owner;
  }

  /** Lets `work` run soon, in the consumer's task; once, however often it is asked for before. */
  request(): void {
    const take = this.#take;
    this.#take = undefined;
    take?.();
  }

  /** The reaction belongs to the task in which it is registered: the constructor's, and from then on its own. */
  #arm(): void {
    const turn = new Promise<void>((resolve) => {
      this.#take = resolve;
    });
    void turn.then(() => {
      this.#arm();
      this.#work();
    });
  }
}

/** True for a function declared `async`: it is known beforehand that its calls wait. */
export function isAsyncFunction(fn: unknown): boolean {
  return Object.prototype.toString.call(fn) === '[object AsyncFunction]';
}
