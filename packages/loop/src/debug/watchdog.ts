// The watchdog, seen from the main thread: one thread for the process, from the first watched loop to the last. Here are
// only the signs of life, a timer that stores the time, and the delivery of what the thread has found.
//
// Why a timer, not marks around each turn: what blocks is often no turn of the loop, but the continuation of a native
// promise or the listener of a socket. The timer notices all of them, and an idle loop costs 50 stores a second.

import type { Worker } from 'node:worker_threads';
import { everyInBackground } from '../host/background-timer.ts';
import { builtin, hostProcess, requireBuiltin } from '../host/builtin.ts';
import { currentTask } from '../task/task.ts';
import type { Runner } from './live-stack.ts';
import { originOf } from './origin.ts';
import type { SlowCallbackReport } from './report.ts';
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
}

const watchedLoops = new Map<number, Watched>();
let memory = new WatchdogMemory();
let thread: { readonly worker: Worker; readonly stopBeating: () => void } | undefined;

/**
 * Watches a loop until the returned function is called.
 *
 * @throws what `new Worker` throws where threads are not allowed, as under `--permission`
 */
export function watch(watched: Watched): () => void {
  watchedLoops.set(watched.number, watched);
  try {
    restart();
  } catch (error) {
    watchedLoops.delete(watched.number);
    throw error;
  }
  return () => {
    if (!watchedLoops.delete(watched.number)) return;
    if (watchedLoops.size === 0) stop();
    else beat();
  };
}

/** Says whose turn begins: where the stack cannot be had, it is all that is known. */
export function noteTurn(number: number, task: string | undefined): void {
  memory.writeTurn(number, task);
}

/** The numbers of the threads that watch, for tests. @internal */
export function watchdogThread(): number | undefined {
  return thread?.worker.threadId;
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
}

function obstacle(): Obstacle {
  // Only the main thread knows, and asking all the same would abort the process (Node 22 to 26).
  if (hostProcess?.permission?.has('inspector') === false) return 'permission';
  return builtin('node:inspector')?.url() === undefined ? 'none' : 'debugger';
}

/** Starts the thread; a loop with a shorter limit than those before needs a faster one. */
function restart(): void {
  beat();
  const beatMs = Math.min(MAX_BEAT_MS, Math.max(MIN_BEAT_MS, memory.slowCallbackMs / BEATS_PER_LIMIT));
  if (thread !== undefined && beatMs >= memory.beatMs) return;
  stop();
  memory = new WatchdogMemory();
  memory.beatMs = beatMs;
  beat();
  const { Worker } = requireBuiltin('node:worker_threads', 'The watchdog');
  const worker = new Worker(entryFile(), {
    workerData: { buffer: memory.buffer },
    name: 'oxbow-watchdog',
    execArgv: (hostProcess?.execArgv ?? []).filter((flag) => /^--(no-warnings|disable-warning)/.test(flag)),
  });
  worker.on('message', deliver);
  worker.on('error', (error) => console.error('The watchdog failed:', error));
  worker.unref();
  thread = { worker, stopBeating: everyInBackground(beatMs, beat) };
  (globalThis as Record<symbol, unknown>)[Symbol.for(RUNNER_SYMBOL)] = whoRuns;
}

function stop(): void {
  if (thread === undefined) return;
  thread.stopBeating();
  // No more signs of life come, and it must not wonder.
  memory.slowCallbackMs = Number.POSITIVE_INFINITY;
  // With a report under way, and perhaps a debugger session open, it ends by itself when it is done.
  if (memory.busy) thread.worker.postMessage('stop');
  else void thread.worker.terminate();
  thread = undefined;
  delete (globalThis as Record<symbol, unknown>)[Symbol.for(RUNNER_SYMBOL)];
}

function deliver(message: BlockMessage): void {
  const watched = watchedLoops.get(message.loop) ?? [...watchedLoops.values()].at(-1);
  watched?.onBlock?.(message.report);
}

/** Called in the paused main thread, by the watchdog. */
function whoRuns(): Runner {
  const task = currentTask();
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
