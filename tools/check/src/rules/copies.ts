/**
 * Files that two packages hold because neither may import the other are the same, letter by letter: a fault mended in one is
 * mended in both. The list is short on purpose; what a third package needs belongs where all may import it.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';

/** A file, and its copy: loop and codec import no package. */
export const COPIES: readonly (readonly [original: string, copy: string])[] = [
  ['packages/loop/src/nearest-name.ts', 'packages/codec/src/nearest-name.ts'],
];

/** Rule `copies`. */
export const copies: Rule = {
  name: 'copies',
  about: 'files that two packages hold alike are alike (--fix copies the original)',
  audit: (tree) =>
    COPIES.flatMap(([original, copy]): readonly Problem[] => {
      const text = tree.files.get(original);
      if (text === undefined || text === tree.files.get(copy)) return [];
      return [{ path: copy, line: 1, message: `let the file be the same as ${original}`, fix: text }];
    }),
};
