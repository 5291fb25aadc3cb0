/**
 * The reports of debug mode: each is a record for programs, with the text for people in it. Builds them and
 * sends them nowhere.
 */

/** Something blocked the loop for longer than `slowCallbackMs`. */
export interface SlowCallbackReport {
  readonly kind: 'slow-callback';
  /** The task that held it; `undefined` for a callback outside of tasks. */
  readonly task: string | undefined;
  /** Where that task was created. */
  readonly createdAt: string | undefined;
  /** How long it lasted until now, in milliseconds: exact to about a fifth of the limit. */
  readonly blockedMs: number;
  readonly slowCallbackMs: number;
  /** What was running, the innermost call first: `function (file:line:column)`. */
  readonly stack: readonly string[];
  /** Whether it still blocked the loop when the report was made. */
  readonly ongoing: boolean;
  /** Why a part is missing or inexact; `undefined` for a complete report. */
  readonly note: string | undefined;
  readonly text: string;
}

/** An Op was made and nobody ever waited for it, so what it stands for never happened. */
export interface NeverStartedReport {
  readonly kind: 'never-started';
  readonly name: string;
  readonly createdAt: string | undefined;
  readonly text: string;
}

/**
 * A failure that reached nobody: of a task or future never looked at, of a callback, of a resource that
 * closes.
 */
export interface UnhandledFailureReport {
  readonly kind: 'unhandled-failure';
  readonly message: string;
  readonly name: string | undefined;
  readonly error: unknown;
  readonly createdAt: string | undefined;
  readonly text: string;
}

/** A part of debug mode does not work here; the text says which and why. */
export interface UnavailableReport {
  readonly kind: 'unavailable';
  readonly text: string;
}

/** What debug mode reports; `text` is what it would have written to standard error. */
export type DebugReport =
  | SlowCallbackReport
  | NeverStartedReport
  | UnhandledFailureReport
  | UnavailableReport;

const PREFIX = '[oxbow]';

export function slowCallbackReport(facts: Omit<SlowCallbackReport, 'kind' | 'text'>): SlowCallbackReport {
  const lasted = Math.round(facts.blockedMs);
  const limit = `limit ${facts.slowCallbackMs} ms`;
  const lines = [
    facts.ongoing
      ? `${PREFIX} The loop is blocked: ${who(facts.task)} has held it for ${lasted} ms (${limit}) and still does`
      : `${PREFIX} The loop was blocked: ${who(facts.task)} held it for ${lasted} ms (${limit})`,
  ];
  if (facts.createdAt !== undefined) lines.push(`  created at ${facts.createdAt}`);
  if (facts.stack.length > 0) lines.push('  running', ...facts.stack.map((frame) => `    at ${frame}`));
  if (facts.note !== undefined) lines.push(`  note: ${facts.note}`);
  return { kind: 'slow-callback', ...facts, text: paragraph(lines) };
}

/** The line written at the end of a block that was reported while it lasted. */
export function blockEnded(task: string | undefined, blockedMs: number): string {
  return paragraph([`${PREFIX} The loop goes on: ${who(task)} held it for ${Math.round(blockedMs)} ms`]);
}

export function neverStartedReport(name: string, createdAt: string | undefined): NeverStartedReport {
  const lines = [`${PREFIX} Never started: ${name} was made, but nobody awaited it or yielded it by yield*`];
  if (createdAt !== undefined) lines.push(`  created at ${createdAt}`);
  return { kind: 'never-started', name, createdAt, text: paragraph(lines) };
}

export function unhandledFailureReport(failure: {
  readonly message: string;
  readonly name: string | undefined;
  readonly error: unknown;
  readonly createdAt?: string | undefined;
}): UnhandledFailureReport {
  const { message, name, error, createdAt } = failure;
  const subject = name === undefined ? '' : ` (task or future "${name}")`;
  const told = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  const lines = [`${PREFIX} ${message}${subject}: ${told.replaceAll('\n', '\n  ')}`];
  if (createdAt !== undefined) lines.push(`  created at ${createdAt}`);
  return { kind: 'unhandled-failure', message, name, error, createdAt, text: paragraph(lines) };
}

export function unavailableReport(message: string): UnavailableReport {
  return { kind: 'unavailable', text: paragraph([`${PREFIX} ${message}`]) };
}

function who(task: string | undefined): string {
  return task === undefined ? 'a callback' : `task "${task}"`;
}

function paragraph(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
