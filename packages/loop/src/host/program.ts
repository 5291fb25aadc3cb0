// The program this package runs in: its environment, its standard error, its end and its signals. A page has none of them.

import { hostProcess } from './builtin.ts';

/** A variable of the environment. Deno asks for permission to read it; refused is the same as not set. */
export function environment(name: string): string | undefined {
  try {
    return hostProcess?.env?.[name];
  } catch {
    return undefined;
  }
}

/** Writes text that ends its line to standard error; in a page, to the console. */
export function writeError(text: string): void {
  if (hostProcess?.stderr !== undefined) hostProcess.stderr.write(text);
  else console.error(text.trimEnd());
}

/** Calls back when the program ends, with its exit code; never in a page. */
export function onExit(callback: (code: number) => void): void {
  hostProcess?.once?.('exit', callback);
}

/** The exit code of a program that ends by itself. */
export function setExitCode(code: number): void {
  if (hostProcess !== undefined) hostProcess.exitCode = code;
}

/** Ends the program at once; a page goes on. */
export function exit(code: number): void {
  hostProcess?.exit?.(code);
}

/**
 * Listens to a signal until the returned function is called. Where the host knows no such signal (a page; Windows for some,
 * a worker thread for all) nothing ever comes.
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
