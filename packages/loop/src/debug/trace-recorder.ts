/**
 * Turns the hooks of a loop into a trace's events.
 *
 * A generator's step is one turn. An async function goes on in microtasks after its turn, unseen: its step
 * lasts until it waits again, ends, or something else begins. It ends at the latest when the host's loop comes
 * round.
 */

import { afterIo } from '../host/after-io.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { CallbackTurn, DueTimer } from '../scheduler/handle.ts';
import { Parked } from '../sync/parking-lot.ts';
import { Op } from '../task/op.ts';
import { currentTask, Task } from '../task/task.ts';
import { attachInstrument, type Instrument, type Observed, type TaskEnding } from './instrument.ts';
import { type TraceEvent, TraceEvents } from './trace-events.ts';
import { ownerOf } from './turn-owner.ts';

/** The row of callbacks, which belong to no task. Tasks are numbered from 1. */
export const CALLBACKS = 0;

/**
 * Names of operations that wait for tasks and Ops, not for the outside: no arrow to I/O is drawn for them.
 */
const INSIDE: ReadonlySet<string> = new Set([
  'asCompleted',
  'call',
  'CancelScope',
  'checkpoint',
  'gather',
  'race',
  'shield',
  'TaskGroup',
  'TaskGroup.run',
  'timeout',
  'wait',
  'waitFor',
]);

/** Records what one loop does, until stopped. */
export class TraceRecorder implements Instrument {
  readonly events: TraceEvents;
  readonly names: Map<number, string> = new Map<number, string>();
  readonly #loop: EventLoop;
  readonly #numbers = new WeakMap<object, number>();
  readonly #detach: () => void;
  #counter = CALLBACKS;
  /** The row whose step is open. */
  #running: number | undefined = undefined;
  #endWhenIdle = false;
  #starter: Task<unknown> | undefined = undefined;

  constructor(loop: EventLoop, maxEvents: number) {
    this.#loop = loop;
    this.events = new TraceEvents(maxEvents);
    const running = currentTask();
    if (running !== undefined && running.loop === loop) {
      this.#begin(this.#numberOf(running), undefined);
      this.#starter = running;
    }
    this.#detach = attachInstrument(loop, this);
  }

  stop(): void {
    this.#detach();
    this.#end();
  }

  taskCreated(task: Observed, parent: Observed | undefined): void {
    const number = this.#numberOf(task);
    this.#push({ kind: 'created', task: number, parent: parent && this.#numberOf(parent) });
  }

  taskDone(task: Observed, how: TaskEnding): void {
    const number = this.#numberOf(task);
    if (this.#running === number) this.#end();
    this.#push({ kind: 'done', task: number, what: how });
  }

  turnReady(turn: object): void {
    const { task } = ownerOf(turn);
    if (task !== undefined) this.#push({ kind: 'ready', task: this.#numberOf(task) });
  }

  turnBegin(turn: object): void {
    this.#catchUp();
    const { task, waitedFor } = ownerOf(turn);
    if (task !== undefined) this.#begin(this.#numberOf(task), waitedFor && nameOf(waitedFor));
    else if ((turn instanceof CallbackTurn || turn instanceof DueTimer) && !turn.cancelled)
      this.#begin(CALLBACKS, undefined);
  }

  turnEnd(turn: object): void {
    if (!(turn instanceof Task)) {
      if (this.#running === CALLBACKS) this.#end();
      else this.#endSoon();
      return;
    }
    if (this.#running === this.#numberOf(turn)) this.#end();
    if (turn.waitingOn !== undefined) this.waitBegan(turn, turn.waitingOn);
  }

  waitBegan(task: Observed, what: Observed): void {
    const number = this.#numberOf(task);
    if (this.#running === number) this.#end();
    this.#push({ kind: 'wait', task: number, what: nameOf(what), outside: isOutside(what) });
  }

  waitEnded(task: Observed, what: Observed): void {
    const number = this.#numberOf(task);
    this.#push({ kind: 'ready', task: number });
    // A microtask queued here runs just before the continuation of the task.
    queueMicrotask(() => {
      this.#begin(number, nameOf(what));
      this.#endSoon();
    });
  }

  /**
   * Records the wait of the task that began the recording. The end of its turn came before the hooks were
   * attached, so its wait is read at the next turn.
   */
  #catchUp(): void {
    const starter = this.#starter;
    this.#starter = undefined;
    if (starter?.waitingOn !== undefined) this.waitBegan(starter, starter.waitingOn);
  }

  #begin(task: number, what: string | undefined): void {
    this.#end();
    this.#running = task;
    this.#push({ kind: 'begin', task, what });
  }

  #end(): void {
    if (this.#running === undefined) return;
    this.#push({ kind: 'end', task: this.#running });
    this.#running = undefined;
  }

  #endSoon(): void {
    if (this.#endWhenIdle || this.#running === undefined) return;
    this.#endWhenIdle = true;
    afterIo(() => {
      this.#endWhenIdle = false;
      this.#end();
    });
  }

  #push(event: Omit<TraceEvent, 'atMs'>): void {
    this.events.push({ ...event, atMs: this.#loop.time() });
  }

  #numberOf(task: Observed): number {
    let number = this.#numbers.get(task);
    if (number === undefined) {
      number = ++this.#counter;
      this.#numbers.set(task, number);
      this.names.set(number, task.name);
    }
    return number;
  }
}

function nameOf(what: Observed): string {
  return what instanceof Task ? `task ${what.name}` : what.name;
}

function isOutside(what: Observed): boolean {
  if (!(what instanceof Op)) return true;
  return !(what instanceof Task || what instanceof Parked || INSIDE.has(what.name));
}
