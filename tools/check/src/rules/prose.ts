/**
 * Sentences are short enough to be understood at one reading. Counts words; does not know whether they are the right ones.
 *
 * Decision records and changelogs tell of their time and are not edited; the benchmarks are written by a command.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { type Sentence, sentencesOfComment, sentencesOfMarkdown } from '../sentences.ts';
import type { Tree } from '../tree.ts';
import { isPage } from './links.ts';

/** Words in a sentence, at most. */
export const MAX_WORDS = 30;

const LEFT_OUT =
  /(^|\/)(CHANGELOG\.md|decisions\/\d|\.changeset\/|docs\/benchmarks\.md|docs\/(reference|site)\/)/;
const HEADER = /^(?:#!.*\n|\/\/ biome-ignore-all .*\n)*(\/\*\*[\s\S]*?\*\/)/;

/** Rule `prose`. */
export const prose: Rule = {
  name: 'prose',
  about: `no sentence over ${MAX_WORDS} words in READMEs, docs and header comments`,
  audit: (tree) => [...headers(tree), ...pages(tree)],
};

function pages(tree: Tree): readonly Problem[] {
  return [...tree.files]
    .filter(([path]) => isPage(path) && !LEFT_OUT.test(path))
    .flatMap(([path, text]) =>
      sentencesOfMarkdown(text)
        .filter(isLong)
        .map((sentence) => problem(path, sentence)),
    );
}

function headers(tree: Tree): readonly Problem[] {
  return tree
    .sources()
    .filter(({ path }) => /^[^/]+\/[^/]+\/src\//.test(path))
    .flatMap(({ path, text }) => {
      const header = HEADER.exec(text)?.[1];
      if (header === undefined) return [];
      const line = text.slice(0, text.indexOf(header)).split('\n').length;
      return sentencesOfComment(header, line)
        .filter(isLong)
        .map((sentence) => problem(path, sentence));
    });
}

function isLong({ words }: Sentence): boolean {
  return words > MAX_WORDS;
}

function problem(path: string, { line, words, text }: Sentence): Problem {
  const beginning = text.split(' ').slice(0, 8).join(' ');
  return { path, line, message: `make two sentences of the ${words} words that begin "${beginning} …"` };
}
