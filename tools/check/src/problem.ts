/**
 * What a rule reports: a place, and a sentence that says what to do there.
 *
 * Knows nothing of how problems are found or printed.
 */

/** One finding of a rule. */
export interface Problem {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  /** Line in the file, counted from 1. */
  readonly line: number;
  /** What to do, as a sentence. */
  readonly message: string;
  /** A warning is printed and does not fail the check. */
  readonly warning?: boolean;
  /** The whole new text of `path`, where `--fix` can mend the problem by itself. */
  readonly fix?: string;
}

/** Prints a problem the way editors and terminals link it: `path:line rule: sentence`. */
export function formatProblem(rule: string, problem: Problem): string {
  const kind = problem.warning ? ' (warning)' : '';
  return `${problem.path}:${problem.line} ${rule}${kind}: ${problem.message}`;
}

/** The line, counted from 1, that holds the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
