/**
 * Reads the stack of the main thread while that runs. A debugger session, opened from a worker thread, pauses
 * it for a millisecond or two (2026-11), asks which task the code belongs to, and lets it go on.
 *
 * V8 can be paused between two steps of JavaScript, and inside of regular expressions, sorting, JSON and
 * Atomics.wait. It cannot be paused inside a synchronous call into the system (files, child processes,
 * cryptography): there the pause comes when the call returns, in the function that made it.
 */

import type { Debugger, Session } from 'node:inspector';
import { requireBuiltin } from '../host/builtin.ts';
import { isOwnFrame, readablePlace } from './origin.ts';
import { RUNNER_SYMBOL } from './watchdog-memory.ts';

/** How many frames of a stack are kept, from the innermost. */
const MAX_FRAMES = 20;

/** The task to which the paused code belongs. */
export interface Runner {
  readonly loop: number;
  readonly task: string | undefined;
  readonly createdAt: string | undefined;
}

/** What was running when the thread was paused. */
export interface LiveStack {
  /** The innermost call first, `function (file:line:column)`. */
  readonly frames: readonly string[];
  readonly runner: Runner | undefined;
}

/** Asks for the main thread's stack. `taken` may come much later, when native code returns, or never. */
export class LiveStackRequest {
  readonly #session: Session;
  readonly #taken: (stack: LiveStack) => void;
  readonly #urls = new Map<string, string>();
  #open = true;

  /**
   * @throws when a session cannot be opened. Never call it where the inspector is not permitted: Node aborts.
   */
  constructor(taken: (stack: LiveStack) => void) {
    const { Session } = requireBuiltin('node:inspector', 'Reading the stack');
    this.#session = new Session();
    this.#taken = taken;
    this.#session.connectToMainThread();
    this.#session.on('Debugger.scriptParsed', ({ params }) => this.#urls.set(params.scriptId, params.url));
    this.#session.on('Debugger.paused', ({ params }) => this.#onPaused(params.callFrames));
    this.#session.post('Debugger.enable');
    this.#session.post('Debugger.pause');
  }

  /** Ends the session, and with it a pause that has not come yet. Harmless when repeated. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#session.disconnect();
  }

  #onPaused(callFrames: readonly Debugger.CallFrame[]): void {
    const frames = readableFrames(callFrames, this.#urls);
    // Node's own frames see another globalThis, without the function that is called below.
    const top =
      callFrames.find(({ location }) => !this.#urls.get(location.scriptId)?.startsWith('node:')) ??
      callFrames[0];
    const finish = (runner: Runner | undefined): void => {
      this.close();
      this.#taken({ frames, runner });
    };
    if (top === undefined) {
      this.#session.post('Debugger.resume', () => finish(undefined));
      return;
    }
    this.#session.post(
      'Debugger.evaluateOnCallFrame',
      {
        callFrameId: top.callFrameId,
        expression: `globalThis[Symbol.for(${JSON.stringify(RUNNER_SYMBOL)})]?.()`,
        returnByValue: true,
        silent: true,
      },
      (error, answer) => {
        const runner = error === null ? (answer.result.value as Runner | undefined) : undefined;
        this.#session.post('Debugger.resume', () => finish(runner));
      },
    );
  }
}

/**
 * The frames of the program: without the loop's and Node's below them. None when nothing of the program was
 * running.
 *
 * @param urls the address of each script, by its id: call frames themselves no longer tell
 */
export function readableFrames(
  callFrames: readonly Pick<Debugger.CallFrame, 'functionName' | 'location'>[],
  urls: ReadonlyMap<string, string>,
): string[] {
  const frames = callFrames.map(({ functionName, location }) => {
    const position = `${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
    return `${functionName || '(anonymous)'} (${urls.get(location.scriptId) || 'native'}:${position})`;
  });
  const last = frames.findLastIndex((frame) => !isOwnFrame(frame));
  return frames
    .slice(0, last + 1)
    .slice(0, MAX_FRAMES)
    .map(readablePlace);
}
