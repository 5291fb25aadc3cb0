/** The way to a worker thread: one port for messages, shared memory for who has which call. */

import { availableParallelism } from 'node:os';
import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import type { Transferable } from '../call/transfer.ts';
import { EVENT, type FromWorker, MAX_IN_FLIGHT, READY, type ToWorker } from '../call/wire.ts';
import type { WorkerExit } from '../errors.ts';
import { SharedSlots } from './shared-slots.ts';
import { AWAKE_MS, StayAwake } from './stay-awake.ts';
import type { ThreadWorkerData } from './thread-worker.ts';
import {
  entryFile,
  type LinkOwner,
  type OutgoingCall,
  Targets,
  threadExecArgv,
  type WorkerLink,
} from './worker-link.ts';

/**
 * How many links may look for answers at once: each that waits awake takes a processor, and one is left for the
 * workers.
 */
const MOST_LOOKING = availableParallelism() - 1;
/** How many links look at this moment, of all pools. */
let looking = 0;

/** How a worker thread is started. */
export interface ThreadLinkOptions {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
}

/**
 * The way to a worker thread. Both ends stay awake for each other between quick calls: docs/decisions/0015.
 */
export class ThreadLink implements WorkerLink {
  readonly maxInFlight: number = MAX_IN_FLIGHT;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #slots = new SharedSlots();
  readonly #targets = new Targets();
  readonly #owner: LinkOwner;
  /** Calls sent and not answered. */
  #unanswered = 0;
  readonly #stayAwake = new StayAwake();
  /** What the worker was told. */
  #awake = false;
  /** Until when to look for the answer in every turn, on the clock of performance.now(). */
  #lookUntilMs = 0;
  #answersAtSend = 0;
  #looking = false;
  readonly #look = (): void => this.#lookForAnswer();
  #cause: unknown;

  constructor(owner: LinkOwner, options: ThreadLinkOptions) {
    const { port1, port2 } = new MessageChannel();
    const execArgv = options.execArgv ?? threadExecArgv();
    this.#owner = owner;
    this.#port = port1;
    this.#worker = startThread(
      {
        name: options.name,
        workerData: { port: port2, slots: this.#slots.buffer } satisfies ThreadWorkerData,
        transferList: [port2],
        ...(execArgv !== undefined && { execArgv: [...execArgv] }),
        ...(options.env !== undefined && { env: options.env }),
        ...(options.resourceLimits !== undefined && { resourceLimits: options.resourceLimits }),
      },
      options.execArgv === undefined,
    );
    this.#worker.on('error', (error) => {
      this.#cause = error;
    });
    this.#worker.on('exit', (exitCode) => this.#exited({ exitCode, signal: undefined, cause: this.#cause }));
    port1.on('message', (message: FromWorker) => this.#received(message));
    // An answer that cannot be read names no call: the worker is given up, and each of its calls told why.
    port1.on('messageerror', (error) => {
      this.#cause = error;
      this.kill();
    });
    this.keepAlive(false);
  }

  send(calls: readonly OutgoingCall[]): void {
    let transfers: Transferable[] | undefined;
    for (const { slot, request } of calls) {
      if (request.transfers !== undefined) (transfers ??= []).push(...request.transfers);
      this.#slots.queue(slot);
    }
    const message = this.#targets.encode(calls);
    const targets = this.#targets.takeFresh();
    if (targets !== undefined) this.#post({ targets });
    this.#unanswered += calls.length;
    this.#decideToStayAwake(calls.length);
    this.#post(message, transfers);
  }

  #decideToStayAwake(sent: number): void {
    const nowMs = performance.now();
    if (this.#unanswered === sent && sent === 1) this.#stayAwake.sent(nowMs);
    else this.#stayAwake.crowded();
    const mayLook = this.#looking || looking < MOST_LOOKING;
    const awake = mayLook && this.#stayAwake.worker;
    if (awake !== this.#awake) this.#slots.keepAwake((this.#awake = awake));
    if (!mayLook || !this.#stayAwake.now) return;
    this.#lookUntilMs = nowMs + AWAKE_MS;
    this.#answersAtSend = this.#slots.answers();
    if (this.#looking) return;
    this.#looking = true;
    looking++;
    outsideAllTasks(() => setImmediate(this.#look));
  }

  #lookForAnswer(): void {
    if (this.#unanswered > 0 && this.#slots.answers() === this.#answersAtSend) {
      if (performance.now() < this.#lookUntilMs) {
        setImmediate(this.#look);
        return;
      }
      this.#stayAwake.gaveUp();
    }
    this.#looking = false;
    looking--;
    const got = this.#unanswered > 0 ? receiveMessageOnPort(this.#port) : undefined;
    if (got !== undefined) this.#received(got.message as FromWorker);
  }

  takeBack(slot: number): boolean {
    return this.#slots.takeBack(slot);
  }

  begun(slot: number): boolean {
    return this.#slots.begun(slot);
  }

  requestCancel(slot: number, reason: unknown): void {
    // The message first: a function that sees the flag finds the reason.
    this.#port.postMessage({ cancel: [slot, reason] } satisfies ToWorker);
    this.#slots.requestCancel(slot);
    this.#slots.ring();
  }

  /** Has events of the object sent, or not any more. */
  listen(event: string, yes: boolean): void {
    this.#post({ listen: [event, yes] });
  }

  /** An event has been heard by all who listen: there is room for another. */
  eventHeard(): void {
    this.#slots.countEventHeard();
  }

  stop(): void {
    this.#post({ stop: true });
  }

  kill(): void {
    void this.#worker.terminate();
  }

  keepAlive(yes: boolean): void {
    if (yes) {
      this.#worker.ref();
      this.#port.ref();
    } else {
      this.#worker.unref();
      this.#port.unref();
    }
  }

  /** Takes the answers that have come meanwhile too: an event for each would cost more than the answer. */
  #received(first: FromWorker): void {
    this.#answered(first);
    for (let more = MAX_IN_FLIGHT; this.#unanswered > 0 && more > 0; more--) {
      const got = receiveMessageOnPort(this.#port);
      if (got === undefined) return;
      this.#answered(got.message as FromWorker);
    }
  }

  #answered(message: FromWorker): void {
    if (message[1] === EVENT) {
      this.#owner.emitted?.(message[2]);
      return;
    }
    if (message[1] !== READY && --this.#unanswered === 0) {
      this.#stayAwake.answered(performance.now());
    }
    this.#owner.answered(message);
  }

  #post(message: ToWorker, transfers?: readonly Transferable[]): void {
    this.#port.postMessage(message, transfers as never);
    this.#slots.ring();
  }

  /** Answers sent before the end are read first: those calls have succeeded. */
  #exited(exit: WorkerExit): void {
    for (
      let got = receiveMessageOnPort(this.#port);
      got !== undefined;
      got = receiveMessageOnPort(this.#port)
    ) {
      this.#answered(got.message as FromWorker);
    }
    this.#port.close();
    this.#owner.exited(exit);
  }
}

/**
 * Node refuses flags of V8 and of the process when they are named; those nobody asked for are then left out.
 */
function startThread(options: WorkerOptions, mayDropFlags: boolean): Worker {
  const file = entryFile('thread-worker');
  try {
    return new Worker(file, options);
  } catch (error) {
    if (!mayDropFlags || (error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
    return new Worker(file, { ...options, execArgv: [] });
  }
}
