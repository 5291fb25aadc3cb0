/**
 * The host's turn: a callback that comes when the host has looked for I/O once, and how often it has done so.
 */

/** What takes a callback back that `afterIo` was given. */
export type Undo = () => void;

// Taken when the module is loaded: a test that replaces the timers must not stop the loop.
const nodeImmediate = globalThis.setImmediate as typeof setImmediate | undefined;
const nodeClear = globalThis.clearImmediate as typeof clearImmediate | undefined;

/** Callbacks of a page, in the order in which their messages arrive. */
const waiting: (() => void)[] = [];
let mailbox: { postMessage(message: unknown): void } | undefined;

/** A page has no setImmediate, and its setTimeout waits 4 ms. A message to oneself is the next task. */
function afterMessage(callback: () => void): void {
  if (mailbox === undefined) {
    const { port1, port2 } = new MessageChannel();
    (port1 as { onmessage?: () => void }).onmessage = () => waiting.shift()?.();
    mailbox = port2;
  }
  waiting.push(callback);
  mailbox.postMessage(undefined);
}

/** Calls back when the host has had its share: its I/O, its timers, in a page its input and its painting. */
export const afterIo: (callback: () => void) => void = nodeImmediate ?? afterMessage;

/** The same, with what takes it back. */
export function afterIoUnless(callback: () => void): Undo {
  if (nodeImmediate !== undefined && nodeClear !== undefined) {
    const immediate = nodeImmediate(callback);
    return () => nodeClear(immediate);
  }
  let wanted = true;
  afterMessage(() => {
    if (wanted) callback();
  });
  return () => {
    wanted = false;
  };
}

/**
 * Counts the rounds of a host that does not: a mark is left with it, and a round is over when it comes back.
 */
export class RoundCounter {
  #rounds = 0;
  #marked = false;
  readonly #leaveMark: (callback: () => void) => void;

  constructor(leaveMark: (callback: () => void) => void) {
    this.#leaveMark = leaveMark;
  }

  /** How many are over; those in which nobody asked do not count. */
  read(): number {
    if (!this.#marked) {
      this.#marked = true;
      this.#leaveMark(() => {
        this.#marked = false;
        this.#rounds++;
      });
    }
    return this.#rounds;
  }
}

function leaveMark(callback: () => void): void {
  // A mark keeps no process alive.
  const mark = afterIo(callback) as { unref?: () => void } | undefined;
  mark?.unref?.();
}

function roundsOf(
  timing: { readonly uvMetricsInfo?: { readonly loopCount: number } } | undefined,
): () => number {
  // Bun and Deno know the clock of Node's performance, not its metrics.
  if (timing?.uvMetricsInfo !== undefined) return () => timing.uvMetricsInfo!.loopCount;
  const counter = new RoundCounter(leaveMark);
  return () => counter.read();
}

/** How often the host's loop has looked for I/O; only a difference means anything. */
export const ioRounds: () => number = roundsOf(
  (performance as { readonly nodeTiming?: { readonly uvMetricsInfo?: { readonly loopCount: number } } })
    .nodeTiming,
);
