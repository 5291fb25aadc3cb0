/**
 * The main thread's side of the watchdog. It starts the watchdog thread with the first watched loop and ends
 * it with the last. It stores a sign of life from a timer, and delivers the thread's reports.
 *
 * Why a timer, not marks around each turn: what blocks is often no turn of the loop, but the continuation of
 * a native promise or the listener of a socket. The timer notices all of them, and an idle loop costs 50
 * stores a second.
 *
 * The thread takes 50 ms and more to start, and some hosts have none. Blocks that it cannot have seen are
 * reported from here when the timer comes late: after the block, and without a stack.
 */

import type { Worker } from 'node:worker_threads';
import { everyInBackground } from '../host/background-timer.ts';
import { builtin, hostProcess, requireBuiltin } from '../host/builtin.ts';
import { threadCpuMs, writeError } from '../host/program.ts';
import type { Observed } from './instrument.ts';
import type { Runner } from './live-stack.ts';
import { originOf } from './origin.ts';
import { type SlowCallbackReport, slowCallbackReport } from './report.ts';
import { runningTask } from './running.ts';
import { type Obstacle, RUNNER_SYMBOL, sharedTimeMs, WatchdogMemory } from './watchdog-memory.ts';
import type { BlockMessage } from './watchdog-worker.ts';

/** Signs of life within one `slowCallbackMs`: more would find a block sooner, and cost more. */
const BEATS_PER_LIMIT = 5;
/** The shortest and the longest time between two signs of life, in milliseconds. */
const MIN_BEAT_MS = 5;
const MAX_BEAT_MS = 20;

/** A loop in debug mode, as the watchdog sees it. */
export interface Watched {
  /** The number by which the loop is known to the watchdog thread. */
  readonly number: number;
  readonly loop: { readonly slowCallbackMs: number };
  /** Takes reports, once the loop is free again. Without it they are written while the loop is blocked. */
  readonly onBlock: ((report: SlowCallbackReport) => void) | undefined;
  /** Called when the watchdog thread cannot run, with the sentence that says why. */
  readonly onUnavailable: (reason: string) => void;
}

interface Watch {
  readonly stopBeating: () => void;
  /** The watchdog thread; `undefined` where there can be none. */
  readonly worker: Worker | undefined;
}

const watchedLoops = new Map<number, Watched>();
let memory = new WatchdogMemory();
let watching: Watch | undefined;

/** One turn with the promise callbacks that follow it. It is timed only while no thread watches. */
interface Stretch {
  readonly loop: number;
  readonly task: Observed | undefined;
  readonly sinceMs: number;
  readonly lastedMs: number;
}

let present: Stretch | undefined;
/** The longest stretch since the last sign of life. */
let longest: Stretch | undefined;
/** The thread's processor time at the last sign of life. */
let spentAtBeatMs: number | undefined;
/** The report of a block that the thread is to deliver, in case it does not come to it. */
let owed: BlockMessage | undefined;

/** Watches a loop until the returned function is called. */
export function watch(watched: Watched): () => void {
  lookBack();
  watchedLoops.set(watched.number, watched);
  restart();
  return () => {
    if (!watchedLoops.has(watched.number)) return;
    // No timer comes after the last turn of a program, and the thread's message would come too late for a
    // reporter: a block in that turn is reported here.
    const blockedLast = lookBack();
    if (watchedLoops.size === 1 && memory.quiet && (blockedLast || memory.busy) && owed !== undefined)
      deliver(owed);
    watchedLoops.delete(watched.number);
    if (watchedLoops.size === 0) stop();
    else beat();
  };
}

/** Stores which task takes the turn that begins: without a stack that is all a report can name. */
export function noteTurn(number: number, task: Observed | undefined): void {
  memory.writeTurn(number, task?.name);
  if (memory.watchingSinceMs > 0) return;
  const nowMs = sharedTimeMs();
  endStretch(nowMs);
  present = { loop: number, task, sinceMs: nowMs, lastedMs: 0 };
}

function endStretch(nowMs: number): void {
  if (present === undefined) return;
  const lastedMs = nowMs - present.sinceMs;
  if (lastedMs > (longest?.lastedMs ?? 0)) longest = { ...present, lastedMs };
  present = undefined;
}

/** The number of the thread that watches, for tests. @internal */
export function watchdogThread(): number | undefined {
  return watching?.worker?.threadId;
}

function beat(): void {
  let limitMs = Number.POSITIVE_INFINITY;
  let quiet = true;
  for (const { loop, onBlock } of watchedLoops.values()) {
    if (loop.slowCallbackMs < limitMs) limitMs = loop.slowCallbackMs;
    quiet &&= onBlock !== undefined;
  }
  memory.slowCallbackMs = limitMs;
  memory.quiet = quiet;
  memory.obstacle = obstacle();
  memory.aliveAtMs = sharedTimeMs();
  memory.forgetBlock();
  spentAtBeatMs = threadCpuMs();
  present = undefined;
  longest = undefined;
}

/**
 * Looks whether a block has just ended. One that the thread cannot have seen is reported; any other is kept
 * in `owed`, in case the last run ends before the thread has reported it. Returns whether there was a block.
 */
function lookBack(): boolean {
  if (watching === undefined) return false;
  const { aliveAtMs, beatMs, slowCallbackMs, watchingSinceMs } = memory;
  const nowMs = sharedTimeMs();
  const silentMs = nowMs - aliveAtMs - beatMs;
  if (silentMs < slowCallbackMs) return false;
  endStretch(nowMs);
  // A thread that was already looking decides for itself: it also knows when the whole machine stood still. What
  // used that much processor time is a block in any case, also when the thread got none to see it.
  const wasUp = watchingSinceMs > 0 && watchingSinceMs <= aliveAtMs + beatMs;
  const workedMs = spentMs() ?? (wasUp ? 0 : silentMs);
  const isSure = workedMs >= slowCallbackMs || (!wasUp && (longest?.lastedMs ?? 0) >= slowCallbackMs);
  if (!isSure && !wasUp) return false;
  const message = seenAfterwards(silentMs, wasUp);
  if (!isSure || !memory.claimBlock()) {
    owed = message;
    return true;
  }
  if (!memory.quiet) writeError(message.report.text);
  deliver(message);
  return true;
}

function seenAfterwards(silentMs: number, wasUp: boolean): BlockMessage {
  // Without a turn, it was code outside of the loop: the start of the program, or a listener.
  const { loop, task, lastedMs } = longest ?? { loop: memory.loop, task: undefined, lastedMs: silentMs };
  let why = 'the watchdog thread was still starting';
  if (watching?.worker === undefined) why = 'there is no watchdog thread';
  else if (wasUp) why = 'the watchdog thread came too late';
  const report = slowCallbackReport({
    task: wasUp ? memory.lastTask : task?.name,
    createdAt: task === undefined ? undefined : originOf(task),
    blockedMs: lastedMs >= memory.slowCallbackMs ? lastedMs : silentMs,
    slowCallbackMs: memory.slowCallbackMs,
    stack: [],
    ongoing: false,
    note: `seen when it was over: ${why}; the task is that of the ${wasUp ? 'last' : 'longest'} turn`,
  });
  return { loop, report };
}

/** The processor time used since the last sign of life; `undefined` where the host does not count it. */
function spentMs(): number | undefined {
  const nowMs = threadCpuMs();
  return nowMs === undefined || spentAtBeatMs === undefined ? undefined : nowMs - spentAtBeatMs;
}

function obstacle(): Obstacle {
  // Only the main thread knows, and asking all the same would abort the process (Node 22 to 26).
  if (hostProcess?.permission?.has('inspector') === false) return 'permission';
  return builtin('node:inspector')?.url?.() === undefined ? 'none' : 'debugger';
}

/** Starts the thread; a loop with a shorter limit than those before needs a faster one. */
function restart(): void {
  beat();
  const beatMs = Math.min(MAX_BEAT_MS, Math.max(MIN_BEAT_MS, memory.slowCallbackMs / BEATS_PER_LIMIT));
  if (watching !== undefined && beatMs >= memory.beatMs) return;
  stop();
  memory = new WatchdogMemory();
  memory.beatMs = beatMs;
  beat();
  const stopBeating = everyInBackground(beatMs, () => {
    lookBack();
    beat();
  });
  watching = { worker: startThread(), stopBeating };
  (globalThis as Record<symbol, unknown>)[Symbol.for(RUNNER_SYMBOL)] = whoRuns;
}

function startThread(): Worker | undefined {
  // The workers of a page cannot look into this thread. That is no fault to report.
  if (hostProcess?.getBuiltinModule === undefined) return undefined;
  try {
    const { Worker } = requireBuiltin('node:worker_threads', 'The watchdog');
    const worker = new Worker(entryFile(), {
      workerData: { buffer: memory.buffer },
      name: 'oxbow-watchdog',
      execArgv: (hostProcess.execArgv ?? []).filter((flag) => /^--(no-warnings|disable-warning)/.test(flag)),
    });
    worker.on('message', deliver);
    worker.on('error', (error) => {
      if (watching?.worker !== worker) return;
      watching = { stopBeating: watching.stopBeating, worker: undefined };
      sayUnavailable(error);
    });
    worker.unref();
    return worker;
  } catch (error) {
    sayUnavailable(error);
    return undefined;
  }
}

/** Tells one of the watched loops, so that it is said once for the thread. */
function sayUnavailable(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  const [watched] = watchedLoops.values();
  watched?.onUnavailable(
    `The watchdog cannot start, so slow callbacks are told when they are over, without a stack: ${reason}`,
  );
}

function stop(): void {
  if (watching === undefined) return;
  const { worker, stopBeating } = watching;
  watching = undefined;
  owed = undefined;
  stopBeating();
  // No more signs of life will come; the thread must not take that for a block.
  memory.slowCallbackMs = Number.POSITIVE_INFINITY;
  // A thread that is reporting, perhaps with an open debugger session, is asked to end when it is done.
  if (memory.busy) worker?.postMessage('stop');
  else void worker?.terminate();
  delete (globalThis as Record<symbol, unknown>)[Symbol.for(RUNNER_SYMBOL)];
}

function deliver(message: BlockMessage): void {
  owed = undefined;
  const watched = watchedLoops.get(message.loop) ?? [...watchedLoops.values()].at(-1);
  watched?.onBlock?.(message.report);
}

/** Called in the paused main thread, by the watchdog. */
function whoRuns(): Runner {
  const task = runningTask();
  return {
    loop: task === undefined ? memory.loop : (loopNumbers.get(task.loop) ?? memory.loop),
    task: task?.name,
    createdAt: task === undefined ? undefined : originOf(task),
  };
}

const loopNumbers = new WeakMap<object, number>();
let loopCounter = 0;

/** The number by which a loop is known between the threads. */
export function numberOf(loop: object): number {
  let number = loopNumbers.get(loop);
  if (number === undefined) loopNumbers.set(loop, (number = ++loopCounter));
  return number;
}

function entryFile(): URL {
  // Sources run unbuilt: the entry has the ending that this file has.
  return new URL(`./watchdog-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
