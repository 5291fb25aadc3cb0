/**
 * A long source file usually holds a concept that wants a room of its own, and a long example shows several things at
 * once. A warning, not a failure: a number can be gamed, a reader cannot.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';

/** Lines of a source file after which the rule asks for a look: the 90th percentile of code bases people love to read. */
export const MAX_SOURCE_LINES = 350;

/** Lines of an example: what fits on a screen. */
export const MAX_EXAMPLE_LINES = 60;

/** Rule `file-size`. */
export const fileSize: Rule = {
  name: 'file-size',
  about: `warns of sources over ${MAX_SOURCE_LINES} lines and examples over ${MAX_EXAMPLE_LINES}`,
  audit: (tree) => tree.sources().flatMap(({ path, text }) => auditFile(path, countLines(text))),
};

function auditFile(path: string, lines: number): readonly Problem[] {
  if (path.includes('/src/') && lines > MAX_SOURCE_LINES) {
    return [warning(path, MAX_SOURCE_LINES, `find the concept that wants its own file: ${lines} lines`)];
  }
  if (/^packages\/[^/]+\/examples\//.test(path) && lines > MAX_EXAMPLE_LINES) {
    return [warning(path, MAX_EXAMPLE_LINES, `show one thing: ${lines} lines`)];
  }
  return [];
}

function warning(path: string, limit: number, what: string): Problem {
  return { path, line: limit + 1, warning: true, message: `${what} (${limit} are a good bound)` };
}

function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
