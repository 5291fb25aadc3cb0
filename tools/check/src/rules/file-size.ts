/**
 * A long source file usually holds a concept that wants a room of its own. A warning, not a failure: a number can be
 * gamed, a reader cannot.
 */
import type { Rule } from '../rule.ts';

/** Lines of a source file after which the rule asks for a look: the 90th percentile of code bases people love to read. */
export const MAX_SOURCE_LINES = 350;

/** Rule `file-size`. */
export const fileSize: Rule = {
  name: 'file-size',
  about: `warns of source files over ${MAX_SOURCE_LINES} lines`,
  audit: (tree) =>
    tree
      .sources()
      .filter(({ path }) => path.includes('/src/'))
      .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
      .filter(({ lines }) => lines > MAX_SOURCE_LINES)
      .map(({ path, lines }) => ({
        path,
        line: MAX_SOURCE_LINES + 1,
        warning: true,
        message: `find the concept that wants its own file: ${lines} lines (${MAX_SOURCE_LINES} are a good bound)`,
      })),
};
