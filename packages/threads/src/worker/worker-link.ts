/** The seam between a pool and one worker, whatever the worker is. */

import type { CallRequest } from '../call/remote-call.ts';
import type { CallsMessage, EventMessage, FromWorker, TargetMessage } from '../call/wire.ts';
import type { WorkerExit } from '../errors.ts';

/** A call about to be sent, and the slot it was given. */
export interface OutgoingCall {
  readonly slot: number;
  readonly request: CallRequest;
}

/** Whom a link tells. Never called inside the link's own methods. */
export interface LinkOwner {
  answered(message: FromWorker): void;
  /** The object that the worker holds has emitted an event. */
  emitted?(event: EventMessage): void;
  /** The worker is gone; told once, after its last answer. */
  exited(exit: WorkerExit): void;
}

/** The way to one worker. */
export interface WorkerLink {
  /** How many calls may be on their way to it at once, at most MAX_IN_FLIGHT. */
  readonly maxInFlight: number;
  /**
   * Sends calls in this order.
   *
   * @throws whatever the clone of the arguments throws; nothing has been sent then
   */
  send(calls: readonly OutgoingCall[]): void;
  /** Takes a sent call back; false when it may have begun. Its slot is answered with SKIPPED. */
  takeBack(slot: number): boolean;
  /** Whether a sent, unanswered call may have begun. */
  begun(slot: number): boolean;
  /** Tells a running call to end. */
  requestCancel(slot: number, reason: unknown): void;
  /** Asks an idle worker to end. */
  stop(): void;
  /** Ends the worker, whatever it does. */
  kill(): void;
  /** Whether the worker keeps this process alive. A new link does not. */
  keepAlive(yes: boolean): void;
}

/** The functions a worker has been told of, by number. */
export class Targets {
  readonly #modules = new Map<string, Map<string, number>>();
  #count = 0;
  #fresh: TargetMessage[] = [];

  /** The calls as a message. */
  encode(calls: readonly OutgoingCall[]): CallsMessage {
    const message: unknown[] = [];
    for (const { slot, request } of calls) message.push(slot, this.#numberOf(request), request.args);
    return message;
  }

  #numberOf({ kind, url, name }: CallRequest): number {
    // A module's URL is never empty: what concerns the worker's object has a map of its own, where names are
    // unique.
    let functions = this.#modules.get(url);
    if (functions === undefined) this.#modules.set(url, (functions = new Map()));
    let number = functions.get(name);
    if (number === undefined) {
      number = this.#count++;
      functions.set(name, number);
      this.#fresh.push([number, kind, url, name]);
    }
    return number;
  }

  /** The functions the worker has not been told of yet; `undefined` when it knows all. */
  takeFresh(): readonly TargetMessage[] | undefined {
    if (this.#fresh.length === 0) return undefined;
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

/** Flags that belong to how the main program was started and would stop a worker from starting. */
const NOT_FOR_WORKERS =
  /^--(?:input-type|eval|print|test|watch|inspect|require-main)(?:[-=]|$)|^-[epi]$|^-pe$/;
/** Those of them that are followed by a value of their own. */
const WITH_VALUE = /^(?:-[ep]|-pe|--eval|--print|--input-type)$/;

/** The flags of this process that a worker can be started with. */
export function inheritedExecArgv(): string[] {
  const kept: string[] = [];
  for (let index = 0; index < process.execArgv.length; index++) {
    const flag = process.execArgv[index]!;
    if (!NOT_FOR_WORKERS.test(flag)) kept.push(flag);
    else if (WITH_VALUE.test(flag)) index++;
  }
  return kept;
}

/**
 * The flags to start a thread with; undefined where all of this process's may be inherited. Node then chooses
 * itself what a thread can have: named one by one it refuses those of V8 and of the process, such as
 * `--max-old-space-size`.
 */
export function threadExecArgv(): string[] | undefined {
  const kept = inheritedExecArgv();
  return kept.length === process.execArgv.length ? undefined : kept;
}

/** The worker's entry file lies beside this one, under the ending this one has: sources run unbuilt. */
export function entryFile(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
