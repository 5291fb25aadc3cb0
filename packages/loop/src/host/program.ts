/**
 * The program this package runs in: its environment, its standard error, its end and its signals. A page has
 * none of them.
 */

import { afterIo } from './after-io.ts';
import { hostProcess } from './builtin.ts';

/** A variable of the environment. Deno asks for permission to read it; refused is the same as not set. */
export function environment(name: string): string | undefined {
  try {
    return hostProcess?.env?.[name];
  } catch {
    return undefined;
  }
}

const ignore = (): void => {};

/** How many writes to standard error have not ended. */
let writing = 0;

/**
 * Writes text that ends its line to standard error; in a page, to the console. When nobody reads it any more, as after a
 * terminal was closed, the text is lost and the program goes on.
 */
export function writeError(text: string): void {
  const stream = hostProcess?.stderr;
  if (stream === undefined) {
    console.error(text.trimEnd());
    return;
  }
  // Without a listener the error of a stream ends the program. It is emitted after the callback.
  if (writing++ === 0) stream.on('error', ignore);
  const done = (): void => {
    if (--writing === 0) stream.off('error', ignore);
  };
  stream.write(text, () => afterIo(done));
}

/** The processor time this thread has used, in milliseconds, where the host counts it. */
export function threadCpuMs(): number | undefined {
  const usage = hostProcess?.threadCpuUsage?.();
  return usage === undefined ? undefined : (usage.user + usage.system) / 1000;
}

/** Warns of something that is wrong with the program as a whole. */
export function warn(message: string, code: string): void {
  if (hostProcess?.emitWarning !== undefined) hostProcess.emitWarning(message, { code });
  else console.warn(`[${code}] ${message}`);
}

/** Calls back when the program ends, with its exit code; never in a page. */
export function onExit(callback: (code: number) => void): void {
  hostProcess?.once?.('exit', callback);
}

/**
 * The program ends with `code`, once it does: also by an error that nobody catches, which alone would make it
 * 1.
 */
export function exitAs(code: number): void {
  const program = hostProcess;
  if (program === undefined) return;
  program.exitCode = code;
  onExit((ending) => {
    if (ending === 1) program.exitCode = code;
  });
}

/** Errors that end the program without a word, each with its exit code. */
const quietEnds = new WeakMap<object, number>();
let quietly = false;

/** When nobody catches `error`, the program ends with `code` and prints nothing. */
export function endQuietlyBy(error: object, code: number): void {
  quietEnds.set(error, code);
  if (quietly) return;
  quietly = true;
  hostProcess?.on?.('uncaughtException', onUncaught);
}

function onUncaught(error: unknown): void {
  const code = typeof error === 'object' && error !== null ? quietEnds.get(error) : undefined;
  if (code !== undefined) exit(code);
  // Any other error is somebody else's. Where only this listener keeps the host from ending the program, it
  // steps aside.
  else if (hostProcess?.listenerCount?.('uncaughtException') === 1) {
    hostProcess.off?.('uncaughtException', onUncaught);
    quietly = false;
    afterIo(() => {
      throw error;
    });
  }
}

/** Ends the program at once; a page goes on. */
export function exit(code: number): void {
  hostProcess?.exit?.(code);
}

/**
 * Listens to a signal until the returned function is called. Where the host knows no such signal (a page;
 * Windows for some, a worker thread for all) nothing ever comes.
 */
export function onSignal(signal: NodeJS.Signals, callback: () => void): () => void {
  try {
    hostProcess?.on?.(signal, callback);
  } catch {
    // Deno on Windows throws for a signal it does not know.
    return () => {};
  }
  return () => void hostProcess?.off?.(signal, callback);
}
