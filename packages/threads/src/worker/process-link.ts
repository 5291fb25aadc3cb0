/** The way to a worker process: Node's IPC channel, with the structured clone's wider range of values. */

import { type ChildProcess, fork } from 'node:child_process';
import type { FromWorker, ToWorker } from '../call/wire.ts';
import {
  entryFile,
  inheritedExecArgv,
  type LinkOwner,
  type OutgoingCall,
  Targets,
  type WorkerLink,
} from './worker-link.ts';

/** How a worker process is started. */
export interface ProcessLinkOptions {
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly cwd: string | undefined;
}

/** Processes to end with this one: an orphan in an endless function would never look at its channel. */
const children = new Set<ChildProcess>();

function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

function watch(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', killChildren);
  children.add(child);
}

function unwatch(child: ChildProcess): void {
  if (children.delete(child) && children.size === 0) process.off('exit', killChildren);
}

/** The way to a worker process: one call at a time, since a sent one cannot be taken back. */
export class ProcessLink implements WorkerLink {
  /** A sent call cannot be taken back, so none waits behind another. */
  readonly maxInFlight: number = 1;
  readonly #child: ChildProcess;
  readonly #targets = new Targets();
  #gone = false;

  constructor(owner: LinkOwner, options: ProcessLinkOptions) {
    const child = fork(entryFile('process-worker'), [], {
      serialization: 'advanced',
      execArgv: [...(options.execArgv ?? inheritedExecArgv())],
      ...(options.env !== undefined && { env: options.env }),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    this.#child = child;
    let cause: unknown;
    const exited = (exitCode: number | null, signal: string | null): void => {
      if (this.#gone) return;
      this.#gone = true;
      unwatch(child);
      owner.exited({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, cause });
    };
    child.on('message', (message) => owner.answered(message as FromWorker));
    child.on('error', (error) => {
      cause = error;
      // A process that could not be started has no exit to wait for.
      if (child.pid === undefined) exited(null, null);
    });
    child.on('exit', (exitCode, signal) => {
      // Answers may still be in the channel.
      if (child.connected) child.once('disconnect', () => exited(exitCode, signal));
      else exited(exitCode, signal);
    });
    watch(child);
    this.keepAlive(false);
  }

  send(calls: readonly OutgoingCall[]): void {
    const message = this.#targets.encode(calls);
    const targets = this.#targets.takeFresh();
    if (targets !== undefined) this.#post({ targets });
    this.#post(message);
  }

  takeBack(): boolean {
    return false;
  }

  begun(): boolean {
    return true;
  }

  requestCancel(slot: number, reason: unknown): void {
    this.#post({ cancel: [slot, reason] });
  }

  stop(): void {
    this.#post({ stop: true });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  keepAlive(yes: boolean): void {
    const { channel } = this.#child;
    if (yes) {
      this.#child.ref();
      channel?.ref?.();
    } else {
      this.#child.unref();
      // Bun's channel has neither.
      channel?.unref?.();
    }
  }

  #post(message: ToWorker): void {
    // A worker that is gone answers with its exit.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}
