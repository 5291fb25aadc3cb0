/**
 * The far end of calls, the same in a thread and in a process. It takes calls one at a time in their order,
 * runs each as a task of this side's loop, and answers. How messages come and go is left to its host.
 */

import { CancelledError, UsageError } from '@oxbow/loop';
import { CallLoop, type CallTask, nearestName } from '@oxbow/loop/lowlevel';
import { type Border, checkCrossing } from '../call/crossing.ts';
import { recordFailure } from '../call/error-record.ts';
import type { Transferable } from '../call/transfer.ts';
import {
  CLOSER,
  type ControlMessage,
  type FromWorker,
  MAKER,
  METHOD,
  RETURNED,
  SKIPPED,
  type TargetKind,
  type TargetMessage,
  THREW,
  type ToWorker,
} from '../call/wire.ts';
import { UncloneableError } from '../errors.ts';
import type { Callable, ServedObject } from './served-object.ts';

/** What the runner needs of the thread or process it runs in. */
export interface RunnerHost {
  readonly border: Border;
  /** Where objects can be opened: what holds the one of this worker. */
  readonly object?: ServedObject;
  /** Whether the call may begin; false when the pool has taken it back. */
  claim(slot: number): boolean;
  /**
   * Whether the running call of this slot is to stop, although no message has said so; reads what messages
   * there are then.
   */
  cancelRequested(slot: number): boolean;
  reply(message: FromWorker, transfers?: readonly Transferable[]): void;
  /** Every call has been answered. */
  idle(): void;
  stop(): void;
}

/** Something to call, once its module has been loaded. */
interface Target {
  readonly kind: TargetKind;
  readonly url: string;
  readonly name: string;
  fn: Callable | undefined;
}

/** Entries of a call in a CallsMessage. */
const ENTRIES = 3;

/** Runs calls, one at a time. */
export class CallRunner {
  readonly #host: RunnerHost;
  readonly #targets = new Map<number, Target>();
  /** Calls in a row, three entries each, as they came. */
  #waiting: unknown[] = [];
  #next = 0;
  /**
   * The slot of the call under way; a call may be under way before its task exists, while its module loads.
   */
  #runningSlot: number | undefined = undefined;
  #task: CallTask | undefined = undefined;
  /** A call is being started by #runNext, which goes on with the next itself. */
  #starting = false;
  readonly #loop = new CallLoop();
  /** A reason that came before the task did. */
  #earlyCancel: CancelledError | undefined = undefined;

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  get busy(): boolean {
    return this.#runningSlot !== undefined || this.#next < this.#waiting.length;
  }

  accept(message: ToWorker): void {
    if (Array.isArray(message)) {
      if (this.#next < this.#waiting.length) this.#waiting.push(...message);
      else {
        this.#waiting = message;
        this.#next = 0;
      }
      if (this.#runningSlot === undefined) this.#runNext();
    } else this.#obey(message as ControlMessage);
  }

  #obey(message: ControlMessage): void {
    for (const target of message.targets ?? []) this.#introduce(target);
    if (message.cancel !== undefined) this.#cancel(...message.cancel);
    if (message.listen !== undefined) this.#host.object?.listen(...message.listen);
    if (message.stop) this.#host.stop();
  }

  #introduce([number, kind, url, name]: TargetMessage): void {
    const object = this.#host.object;
    let fn: Callable | undefined;
    if (kind === METHOD) fn = object?.method(name);
    else if (kind === CLOSER) fn = () => object?.close();
    this.#targets.set(number, { kind, url, name, fn });
  }

  #cancel(slot: number, reason: unknown): void {
    if (slot !== this.#runningSlot) return;
    const error = new CancelledError(reason);
    if (this.#task === undefined) this.#earlyCancel = error;
    else this.#task.cancel(error);
  }

  #runNext(): void {
    // Functions that do not wait are done when #begin returns: a loop, for a chain of calls would exhaust the
    // stack.
    while (this.#next < this.#waiting.length) {
      const at = this.#next;
      this.#next += ENTRIES;
      const slot = this.#waiting[at] as number;
      const args = this.#waiting[at + 2] as readonly unknown[];
      this.#waiting[at + 2] = undefined;
      if (!this.#host.claim(slot)) this.#host.reply([slot, SKIPPED, undefined]);
      else {
        this.#begin(slot, this.#targets.get(this.#waiting[at + 1] as number)!, args);
        if (this.#runningSlot !== undefined) return;
      }
    }
    this.#waiting = [];
    this.#next = 0;
    this.#host.idle();
  }

  #begin(slot: number, target: Target, args: readonly unknown[]): void {
    this.#runningSlot = slot;
    if (target.fn !== undefined) {
      this.#start(slot, target.fn, target.name, args);
      return;
    }
    import(target.url).then(
      (module: Record<string, unknown>) => {
        try {
          const found = functionOf(module, target);
          target.fn = target.kind === MAKER ? this.#host.object!.maker(found, target.name) : found;
        } catch (error) {
          this.#end(slot, error);
          return;
        }
        if (this.#earlyCancel !== undefined) {
          this.#end(slot, this.#earlyCancel);
          return;
        }
        this.#start(slot, target.fn, target.name, args);
        if (this.#runningSlot === undefined) this.#runNext();
      },
      (error: unknown) => this.#end(slot, error),
    );
  }

  #start(slot: number, fn: Callable, name: string, args: readonly unknown[]): void {
    const look = (): boolean => {
      // A signal kept after its call must not see the request to another one in the same slot.
      return this.#task === task && this.#host.cancelRequested(slot);
    };
    const task: CallTask = this.#loop.newTask(
      () => fn(...args),
      name,
      look,
      (succeeded, outcome) => (succeeded ? this.#answer(slot, outcome) : this.#end(slot, outcome)),
    );
    this.#task = task;
    this.#starting = true;
    this.#loop.begin(task);
    this.#starting = false;
  }

  #answer(slot: number, value: unknown): void {
    try {
      const transfers = checkCrossing(value, 'result', this.#host.border);
      this.#host.reply([slot, RETURNED, value], transfers);
    } catch (error) {
      this.#end(slot, notCloned(error));
      return;
    }
    this.#clear();
  }

  #end(slot: number, error: unknown): void {
    this.#host.reply([slot, THREW, recordFailure(error, this.#host.border)]);
    this.#clear();
  }

  #clear(): void {
    this.#runningSlot = undefined;
    this.#task = undefined;
    this.#earlyCancel = undefined;
    if (!this.#starting) this.#runNext();
  }
}

function notCloned(error: unknown): unknown {
  if (error instanceof UncloneableError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UncloneableError('result', why, { cause: error });
}

function functionOf(module: Record<string, unknown>, target: Target): Callable {
  const found = Object.hasOwn(module, target.name) ? module[target.name] : undefined;
  if (typeof found === 'function') return found as Callable;
  const names = Object.keys(module).filter((name) => typeof module[name] === 'function');
  const near = nearestName(target.name, names);
  const hint =
    near === undefined ? `it exports ${names.join(', ') || 'no functions'}` : `did you mean "${near}"?`;
  throw new UsageError(`${target.url} exports no function "${target.name}": ${hint}`, {
    code: 'ERR_OXBOW_THREADS_NO_SUCH_FUNCTION',
  });
}
