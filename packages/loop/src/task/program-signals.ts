/**
 * The signals that end a program: Ctrl-C (SIGINT), a container's or service manager's stop (SIGTERM), and a
 * terminal that is closed (SIGHUP). Ctrl-\ (SIGQUIT) asks what is going on. However many programs run in the
 * process, each signal has one listener, from the first program to the last.
 *
 * The first signal asks every program to end, the second one ends the process. A script under npm or pnpm may
 * get a signal from the terminal, and then the same one passed on by the package manager. So the same signal
 * again, at once, is taken for one.
 */

import { environment, exit, exitAs, onSignal } from '../host/program.ts';

/** A signal that ends programs. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** 128 and the number of the signal: what a shell and a container's engine expect. */
export const EXIT_CODES: Readonly<Record<EndingSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** How long after a signal, under a runner of scripts, the same one is its echo. */
const ECHO_MS = 100;

/** A program that listens. */
export interface Listening {
  /** The first ending signal has come. */
  readonly onEnd: (signal: EndingSignal) => void;
  /** Asked what is going on; `undefined` leaves SIGQUIT alone. */
  readonly onQuit: (() => void) | undefined;
}

const listening = new Set<Listening>();
let first: { readonly signal: EndingSignal; readonly atMs: number } | undefined;
let leave: (() => void)[] = [];
let leaveQuit: (() => void) | undefined;

/** Listens to the program's signals until the returned function is called. */
export function listenToSignals(program: Listening): () => void {
  if (listening.size === 0) {
    const signals = Object.keys(EXIT_CODES) as EndingSignal[];
    leave = signals.map((signal) => onSignal(signal, () => onEndingSignal(signal)));
  }
  listening.add(program);
  attendToQuit();
  return () => {
    listening.delete(program);
    attendToQuit();
    if (listening.size > 0) return;
    for (const each of leave) each();
    leave = [];
    first = undefined;
  };
}

function onEndingSignal(signal: EndingSignal): void {
  if (first === undefined) {
    first = { signal, atMs: performance.now() };
    exitAs(EXIT_CODES[signal]);
    for (const { onEnd } of [...listening]) onEnd(signal);
  } else if (!isEcho(signal, first)) exit(EXIT_CODES[signal]);
}

function isEcho(signal: EndingSignal, { signal: before, atMs }: NonNullable<typeof first>): boolean {
  if (signal !== before || environment('npm_lifecycle_event') === undefined) return false;
  return performance.now() - atMs < ECHO_MS;
}

/** Without a program that answers it, SIGQUIT does what the system has it do. */
function attendToQuit(): void {
  const wanted = [...listening].some(({ onQuit }) => onQuit !== undefined);
  if (wanted === (leaveQuit !== undefined)) return;
  leaveQuit?.();
  leaveQuit = wanted ? onSignal('SIGQUIT', answerQuit) : undefined;
}

function answerQuit(): void {
  for (const { onQuit } of [...listening]) onQuit?.();
}
