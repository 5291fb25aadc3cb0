// The watchdog, seen from the main thread: one thread for the process, from the first watched loop to the last. Here are
// only the signs of life, a timer that stores the time, and the delivery of what the thread has found.
//
// Why a timer, not marks around each turn: what blocks is often no turn of the loop, but the continuation of a native
// promise or the listener of a socket. The timer notices all of them, and an idle loop costs 50 stores a second.
//
// The thread takes 50 ms and more to come up, and some hosts have none. What it cannot have seen the timer tells when it is
// late: afterwards, and without a stack.

import type { Worker } from 'node:worker_threads';
import { everyInBackground } from '../host/background-timer.ts';
import { builtin, hostProcess, requireBuiltin } from '../host/builtin.ts';
import { writeError } from '../host/program.ts';
import type { Observed } from './instrument.ts';
import type { Runner } from './live-stack.ts';
import { originOf } from './origin.ts';
import { type SlowCallbackReport, slowCallbackReport } from './report.ts';
import { runningTask } from './running.ts';
import { type Obstacle, RUNNER_SYMBOL, sharedTimeMs, WatchdogMemory } from './watchdog-memory.ts';
import type { BlockMessage } from './watchdog-worker.ts';

/** Signs of life within one `slowCallbackMs`: more would find a block sooner, and cost more. */
const BEATS_PER_LIMIT = 5;
/** The range of the time between two of them, in milliseconds. */
const MIN_BEAT_MS = 5;
const MAX_BEAT_MS = 20;

/** A loop to watch. */
export interface Watched {
  /** Names the loop between the threads. */
  readonly number: number;
  readonly loop: { readonly slowCallbackMs: number };
  /** Takes reports once the loop is free again; without it they are written while it is blocked. */
  readonly onBlock: ((report: SlowCallbackReport) => void) | undefined;
  /** Told when there can be no thread, with the sentence to say. */
  readonly onUnavailable: (reason: string) => void;
}

interface Watch {
  readonly stopBeating: () => void;
  /** `undefined` where there can be none. */
  readonly worker: Worker | undefined;
}

const watchedLoops = new Map<number, Watched>();
let memory = new WatchdogMemory();
let watching: Watch | undefined;

/** One turn and what follows it in promise callbacks, timed as long as no thread watches. */
interface Stretch {
  readonly loop: number;
  readonly task: Observed | undefined;
  readonly sinceMs: number;
  readonly lastedMs: number;
}

let present: Stretch | undefined;
/** The longest since the last sign of life. */
let longest: Stretch | undefined;
/** A block that the thread has not told yet. */
let owed: BlockMessage | undefined;

/** Watches a loop until the returned function is called. */
export function watch(watched: Watched): () => void {
  lookBack();
  watchedLoops.set(watched.number, watched);
  restart();
  return () => {
    if (!watchedLoops.has(watched.number)) return;
    // A block in the last turn of a program has no beat after it, and what the thread tells comes too late for a reporter.
    const blockedLast = lookBack();
    if (watchedLoops.size === 1 && memory.quiet && (blockedLast || memory.busy) && owed !== undefined)
      deliver(owed);
    watchedLoops.delete(watched.number);
    if (watchedLoops.size === 0) stop();
    else beat();
  };
}

/** Says whose turn begins: where the stack cannot be had, it is all that is known. */
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
  present = undefined;
  longest = undefined;
}

/**
 * Tells a block that has just ended, if the thread cannot have seen it; otherwise it is kept for the case that the last run
 * ends before the thread has told it. Gives true when there was one.
 */
function lookBack(): boolean {
  if (watching === undefined) return false;
  const { aliveAtMs, beatMs, slowCallbackMs, watchingSinceMs } = memory;
  const nowMs = sharedTimeMs();
  const silentMs = nowMs - aliveAtMs - beatMs;
  if (silentMs < slowCallbackMs) return false;
  endStretch(nowMs);
  // A thread that was up by then decides for itself: it also knows when the machine did not run at all.
  const wasUp = watchingSinceMs > 0 && watchingSinceMs <= aliveAtMs + beatMs;
  const message = seenAfterwards(silentMs, wasUp);
  if (wasUp || !memory.claimBlock()) {
    owed = message;
    return true;
  }
  if (!memory.quiet) writeError(message.report.text);
  deliver(message);
  return true;
}

function seenAfterwards(silentMs: number, wasUp: boolean): BlockMessage {
  // Without a turn it was code that nothing tells of: the start of the program, a listener.
  const { loop, task, lastedMs } = longest ?? { loop: memory.loop, task: undefined, lastedMs: silentMs };
  let why = 'the watchdog thread was still starting';
  if (watching?.worker === undefined) why = 'there is no watchdog thread';
  else if (wasUp) why = 'the run ended before the watchdog thread could tell it';
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
  // A page has threads of another kind, which cannot look into this one: nothing to report.
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

/** Once for each thread that cannot start: one loop is enough to tell. */
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
  // No more signs of life come, and it must not wonder.
  memory.slowCallbackMs = Number.POSITIVE_INFINITY;
  // With a report under way, and perhaps a debugger session open, it ends by itself when it is done.
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
