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
  | { kind: 'declared'; id: number; suite: string; title: string; as: Declaration }
  | { kind: 'queued'; ids: readonly number[] }
  | { kind: 'started'; id: number }
  | { kind: 'ended'; id: number; outcome: Outcome; ms: number; message?: string; late?: true }
  | { kind: 'hook failed'; suite: string; hook: string; message: string }
  | { kind: 'file skipped'; reason: string }
  | { kind: 'finished' }
  | { kind: 'handles left'; names: readonly string[] };

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
}

/** A ledger in which nothing happened yet. */
export function emptyLedger(): Ledger {
  return { tests: [], failedHooks: [], finished: false, handlesLeft: [] };
}

/** Adds one event to a ledger. */
export function applyEvent(ledger: Ledger, event: LedgerEvent): void {
  switch (event.kind) {
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

const current = emptyLedger();
let journalPath: string | undefined;

/** The ledger of this process. */
export function currentLedger(): Ledger {
  return current;
}

/** From now on this process also appends its events to a file. */
export function keepJournal(path: string): void {
  journalPath = path;
}

/** Whether a runner reads this process's journal (otherwise the file was started by hand). */
export function hasJournal(): boolean {
  return journalPath !== undefined;
}

/** Records an event of this process. */
export function note(event: LedgerEvent): void {
  applyEvent(current, event);
  if (journalPath !== undefined) appendFileSync(journalPath, `${JSON.stringify(event)}\n`);
}

function record(ledger: Ledger, id: number): TestRecord {
  const test = ledger.tests[id];
  if (test === undefined) throw new Error(`The journal names test ${id}, which was never declared.`);
  return test;
}
