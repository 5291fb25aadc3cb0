/**
 * The exports that people use most show a program where editors show their doc comment. Counts; that the programs compile is the
 * step `snippets`' to tell.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

/** How many doc comments of the packages have an example, at least. */
export const MIN_EXAMPLES = 100;
/** An example is a program to be read at a glance: lines, at most. */
const MAX_LINES = 20;

const EXAMPLE = /^ *\* @example\n *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm;

/** Rule `doc-examples`. */
export const docExamples: Rule = {
  name: 'doc-examples',
  about: `at least ${MIN_EXAMPLES} doc comments of the packages show a program, each short`,
  audit: (tree) => {
    const sources = tree.packages.flatMap(({ path }) => tree.sources(`${path}/src`));
    const examples = sources.flatMap(({ path, text }) =>
      [...text.matchAll(EXAMPLE)].map((match) => ({
        path,
        line: text.slice(0, match.index).split('\n').length,
        lines: (match[1] ?? '').split('\n').length - 1,
      })),
    );
    return [...tooFew(tree, examples.length), ...examples.flatMap(tooLong)];
  },
};

function tooFew(tree: Tree, count: number): readonly Problem[] {
  if (count >= MIN_EXAMPLES || tree.packages.length === 0) return [];
  const message = `write an @example for ${MIN_EXAMPLES - count} more exports: ${count} have one, of at least ${MIN_EXAMPLES}`;
  return [{ path: 'packages', line: 1, message }];
}

interface Example {
  readonly path: string;
  readonly line: number;
  readonly lines: number;
}

function tooLong({ path, line, lines }: Example): readonly Problem[] {
  if (lines <= MAX_LINES) return [];
  return [{ path, line, message: `shorten the example: ${lines} lines, of at most ${MAX_LINES}` }];
}
