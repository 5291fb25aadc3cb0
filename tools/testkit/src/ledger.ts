/**
 * What happened in one test file, as a list of events and the state they add up to.
 * The test process appends each event to a journal file at once, so that the runner knows how far a
 * process came even when it was killed. Knows nothing about running tests or about what counts as a failure.
 */
import { appendFileSync } from 'node:fs';

/** How a test was declared: `test()`, `test.only()` or `test.skip()`. */
export type Declaration = 'test' | 'only' | 'skip';

/** How a test ended. */
export type Outcome = 'passed' | 'failed' | 'skipped';

/** One line of the journal. */
export type LedgerEvent =
  | { kind: 'begun' }
  | { kind: 'declared'; id: number; suite: string; title: string; as: Declaration }
  | { kind: 'queued'; ids: readonly number[] }
  | { kind: 'started'; id: number }
  | { kind: 'ended'; id: number; outcome: Outcome; ms: number; message?: string; late?: true }
  | { kind: 'hook failed'; suite: string; hook: string; message: string }
  | { kind: 'file skipped'; reason: string }
  | { kind: 'finished' }
  | { kind: 'handles left'; names: readonly string[] }
  | { kind: 'left behind'; changes: readonly string[] }
  | { kind: 'closed'; exitCode: number; ms: number };

/** One declared test and how far it came. */
export interface TestRecord {
  readonly id: number;
  readonly suite: string;
  readonly title: string;
  readonly as: Declaration;
  queued: boolean;
  started: boolean;
  outcome?: Outcome;
  ms: number;
  message?: string;
  /** Whether it ran into its deadline. */
  late?: boolean;
}

/** Everything known about one test file's run. */
export interface Ledger {
  readonly tests: TestRecord[];
  readonly failedHooks: { suite: string; hook: string; message: string }[];
  /** Why the whole file was left out, when it was. */
  skippedBecause?: string;
  /** Whether the last queued suite ended. */
  finished: boolean;
  /** Names of the handles that kept the process alive after its last test. */
  handlesLeft: readonly string[];
  /** What the next file of the same process would find changed. */
  leftBehind: readonly string[];
  /** Set once nothing of the file was open any more: the exit code it would have ended with, and how long it took. */
  closed?: { readonly exitCode: number; readonly ms: number };
}

/** A ledger in which nothing happened yet. */
export function emptyLedger(): Ledger {
  return { tests: [], failedHooks: [], finished: false, handlesLeft: [], leftBehind: [] };
}

/** Adds one event to a ledger. */
export function applyEvent(ledger: Ledger, event: LedgerEvent): void {
  switch (event.kind) {
    case 'begun':
      break;
    case 'declared': {
      const { id, suite, title, as } = event;
      ledger.tests[id] = { id, suite, title, as, queued: false, started: false, ms: 0 };
      break;
    }
    case 'queued':
      for (const id of event.ids) record(ledger, id).queued = true;
      break;
    case 'started':
      record(ledger, event.id).started = true;
      break;
    case 'ended': {
      const test = record(ledger, event.id);
      test.outcome = event.outcome;
      test.ms = event.ms;
      if (event.message !== undefined) test.message = event.message;
      if (event.late === true) test.late = true;
      break;
    }
    case 'hook failed':
      ledger.failedHooks.push({ suite: event.suite, hook: event.hook, message: event.message });
      break;
    case 'file skipped':
      ledger.skippedBecause = event.reason;
      break;
    case 'finished':
      ledger.finished = true;
      break;
    case 'handles left':
      ledger.handlesLeft = event.names;
      break;
    case 'left behind':
      ledger.leftBehind = event.changes;
      break;
    case 'closed':
      ledger.closed = { exitCode: event.exitCode, ms: event.ms };
      break;
  }
}

/**
 * Rebuilds a ledger from a journal's text. A last line without its newline is what a killed process could
 * not finish writing, and is left out.
 */
export function readJournal(text: string): Ledger {
  const ledger = emptyLedger();
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line !== '') applyEvent(ledger, JSON.parse(line) as LedgerEvent);
  }
  return ledger;
}

/** The ledger of a file, and the file on disk that its events are appended to. */
export interface Journal {
  readonly ledger: Ledger;
  /** undefined: nobody reads it, the test file was started by hand. */
  readonly path: string | undefined;
}

let current: Journal = { ledger: emptyLedger(), path: undefined };

/** The journal of the file that runs in this process. */
export function currentJournal(): Journal {
  return current;
}

/** From now on a new file runs in this process, whose events are appended to `path`. */
export function beginJournal(path: string): void {
  current = { ledger: emptyLedger(), path };
}

/** Records an event of the current file, or of the one whose journal is given. */
export function note(event: LedgerEvent, { ledger, path } = current): void {
  applyEvent(ledger, event);
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(event)}\n`);
}

function record(ledger: Ledger, id: number): TestRecord {
  const test = ledger.tests[id];
  if (test === undefined) throw new Error(`The journal names test ${id}, which was never declared.`);
  return test;
}
