/**
 * The program of the watchdog thread. It looks at the main thread's signs of life; when they stop, it finds
 * out what blocks the loop and writes that to standard error. It writes by itself, because `process.stderr`
 * of a worker goes through the main thread, which is blocked.
 */

import { requireBuiltin } from '../host/builtin.ts';
import { BlockMonitor } from './block-monitor.ts';
import { type LiveStack, LiveStackRequest } from './live-stack.ts';
import { blockEnded, type SlowCallbackReport, slowCallbackReport } from './report.ts';
import { sharedTimeMs, WatchdogMemory } from './watchdog-memory.ts';

/** How long to wait for the stack before reporting without it: opening a session takes 30 to 90 ms. */
const STACK_WAIT_MS = 250;
/** A block of this length may never end: it is written even where the program has a reporter of its own. */
const WRITE_ANYWAY_MS = 10_000;
/** How long after the end of a block a stack that was asked for may still arrive. */
const SETTLE_MS = 50;
/** How often a write is tried again while standard error is a full pipe. */
const WRITE_ATTEMPTS = 100;

const NATIVE_NOTE =
  'no stack yet: a synchronous call into the system (file, process, crypto) cannot be interrupted, or the ' +
  'machine is overloaded; the task is that of the last turn';
const LATE_NOTE = 'the stack was taken late: when a native call had returned, or the machine is overloaded';
const OUTSIDE_NOTE =
  'nothing of the program was running when it could be asked: the machine is overloaded, or memory was ' +
  'being collected';
const OBSTACLE_NOTES = {
  debugger:
    'no stack: a debugger is open at this process, and pausing would disturb it; ' +
    'the task is that of the last turn',
  permission:
    'no stack: the inspector is not permitted, it needs --allow-inspector; the task is that of the last turn',
};

/** What the watchdog tells the main thread when a block is over. */
export interface BlockMessage {
  readonly loop: number;
  readonly report: SlowCallbackReport;
}

const { writeSync } = requireBuiltin('node:fs', 'The watchdog');
const { parentPort, workerData } = requireBuiltin('node:worker_threads', 'The watchdog');
const memory = new WatchdogMemory((workerData as { readonly buffer: SharedArrayBuffer }).buffer);

/** One block, from its detection to its end. */
class Block {
  blockedMs = 0;
  #request: LiveStackRequest | undefined = undefined;
  #patience: NodeJS.Timeout | undefined = undefined;
  #stack: LiveStack | undefined = undefined;
  #note: string | undefined = undefined;
  /** How many reports of this block were written, and whether the latest one had the stack. */
  #written = 0;
  #stackWritten = false;
  /** The longest length written, and whether that report came when the block was over. */
  #longestMs = 0;
  #endWritten = false;
  readonly #sinceMs: number = memory.aliveAtMs;
  readonly #lastTask: string | undefined = memory.lastTask;
  readonly #loop: number = memory.loop;

  /** Asks what is running, and reports it: with the stack if it comes soon. */
  report(blockedMs: number): void {
    this.blockedMs = blockedMs;
    const askedAtMs = sharedTimeMs();
    if (memory.obstacle !== 'none') {
      this.#note = OBSTACLE_NOTES[memory.obstacle];
      this.#write(blockedMs);
      return;
    }
    if (this.#request !== undefined) {
      // Still inside the same native call.
      if (this.#patience === undefined) this.#write(blockedMs);
      return;
    }
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      this.#stack = undefined;
      this.#note = NATIVE_NOTE;
      this.#write(blockedMs + sharedTimeMs() - askedAtMs);
    }, STACK_WAIT_MS);
    try {
      this.#request = new LiveStackRequest((stack) =>
        this.#onStack(stack, blockedMs + sharedTimeMs() - askedAtMs),
      );
    } catch (error) {
      this.#stopWaiting();
      const { message } = error as Error;
      this.#note = `no stack: the inspector is not available (${message}); the task is that of the last turn`;
      this.#write(blockedMs);
    }
  }

  /** Ends the block: writes its last line, and gives the message for the main thread. */
  end(blockedMs: number): BlockMessage {
    this.#stopWaiting();
    this.#request?.close();
    const late = this.#stack !== undefined && !this.#stackWritten;
    // What was written while it lasted cannot have been more than the whole.
    const lastedMs = Math.max(blockedMs, this.#longestMs);
    const report = this.#describe(lastedMs, false);
    if (this.#written === 0) {
      if (!memory.quiet) write(report.text);
    } else if (late) write(report.text);
    else if (!this.#endWritten) write(blockEnded(report.task, lastedMs));
    return { loop: this.#stack?.runner?.loop ?? this.#loop, report };
  }

  #onStack(stack: LiveStack, blockedMs: number): void {
    this.#request = undefined;
    const late = this.#patience === undefined;
    this.#stopWaiting();
    this.#stack = stack;
    this.#note = stack.frames.length === 0 ? OUTSIDE_NOTE : late ? LATE_NOTE : undefined;
    if (!late) this.#write(blockedMs);
    // A stack this late means most likely that a native call has returned, and that the block is over.
    else this.#patience = setTimeout(() => this.#write(blockedMs + SETTLE_MS), SETTLE_MS);
  }

  #stopWaiting(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  #write(blockedMs: number): void {
    if (memory.quiet && blockedMs < WRITE_ANYWAY_MS) return;
    // The block may have ended while its stack was waited for.
    const { aliveAtMs } = memory;
    this.#endWritten = aliveAtMs > this.#sinceMs;
    const lastedMs = this.#endWritten ? Math.min(blockedMs, aliveAtMs - this.#sinceMs) : blockedMs;
    this.#longestMs = Math.max(this.#longestMs, lastedMs);
    this.#written++;
    this.#stackWritten = this.#stack !== undefined;
    write(this.#describe(lastedMs, !this.#endWritten).text);
  }

  #describe(blockedMs: number, ongoing: boolean): SlowCallbackReport {
    const runner = this.#stack?.runner;
    return slowCallbackReport({
      task: runner === undefined ? this.#lastTask : runner.task,
      createdAt: runner?.createdAt,
      blockedMs,
      slowCallbackMs: memory.slowCallbackMs,
      stack: this.#stack?.frames ?? [],
      ongoing,
      note: this.#note,
    });
  }
}

function write(text: string): void {
  let rest = Buffer.from(text);
  for (let attempt = 0; attempt < WRITE_ATTEMPTS && rest.length > 0; attempt++) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

const monitor = new BlockMonitor();
let block: Block | undefined;

function look(): void {
  const { aliveAtMs, beatMs, slowCallbackMs } = memory;
  const event = monitor.look({ nowMs: sharedTimeMs(), aliveAtMs, beatMs, slowCallbackMs });
  if (event === undefined) return;
  if (event.kind === 'blocked') {
    // A block that began before this thread was up may be over by now, and reported by the main thread.
    if (block === undefined && !memory.claimBlock()) return;
    memory.busy = true;
    block ??= new Block();
    block.report(event.blockedMs);
    return;
  }
  const ended = block;
  block = undefined;
  setTimeout(() => {
    if (ended !== undefined) parentPort?.postMessage(ended.end(event.blockedMs));
    memory.busy = block !== undefined;
  }, SETTLE_MS);
}

memory.watchingSinceMs = sharedTimeMs();
const watching = setInterval(look, memory.beatMs);
look();

parentPort?.on('message', () => {
  // The last watched loop has ended. A block that is being reported is still reported.
  clearInterval(watching);
  block?.end(block.blockedMs);
  // Deno's has no close.
  if (typeof parentPort?.close === 'function') parentPort.close();
  else process.exit();
});
