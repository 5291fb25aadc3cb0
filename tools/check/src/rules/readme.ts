/**
 * Every package's README answers the same questions in sections a reader can find, and the examples it names exist.
 *
 * Checks that a section is there, loosely by name; not what it says.
 */
import { posix } from 'node:path';
import { type MarkdownPage, readMarkdown } from '../markdown.ts';
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

/** The sections, each with the headings that stand for it. An example may as well stand right under the title. */
const SECTIONS: Readonly<Record<string, RegExp>> = {
  Install: /install|getting started/i,
  Example: /example|usage|quick ?start|getting started|first/i,
  Exports: /export|\bapi\b|reference|what is in it|surface/i,
  Errors: /\berrors?\b/i,
  Limits: /\blimits?\b|\bbounds?\b/i,
};

/** Rule `readme`. */
export const readme: Rule = {
  name: 'readme',
  about: 'package READMEs have Install, Example, Exports, Errors and Limits, and name examples that exist',
  audit: (tree) => tree.projects.flatMap((project) => auditReadme(tree, project)),
};

function auditReadme(tree: Tree, project: Project): readonly Problem[] {
  const path = `${project.path}/README.md`;
  const text = tree.files.get(path);
  if (text === undefined) return [];
  const page = readMarkdown(text);
  const missing = Object.entries(project.kind === 'packages' ? SECTIONS : {})
    .filter(([, title]) => !page.headings.some((heading) => title.test(heading.text)))
    .filter(([name]) => name !== 'Example' || !startsWithCode(page))
    .map(([name]) => ({ path, line: 1, message: `add a section '${name}'` }));
  return [...missing, ...auditExamples(tree, project, path, text)];
}

function startsWithCode({ headings, blocks }: MarkdownPage): boolean {
  const firstSection = headings.find((heading) => heading.level > 1)?.line ?? Number.POSITIVE_INFINITY;
  return blocks.some(({ language, line }) => line < firstSection && /^(ts|typescript)$/.test(language));
}

function auditExamples(tree: Tree, project: Project, path: string, text: string): readonly Problem[] {
  return text.split('\n').flatMap((line, at) =>
    [...line.matchAll(/(?<![\w./-])((?:[\w.-]+\/)*examples\/[\w./-]+\.[cm]?[jt]s)\b/g)].flatMap(
      ([, named = '']) => {
        const places = [posix.join(project.path, named), posix.normalize(named)];
        if (places.some((place) => tree.has(place))) return [];
        return [
          { path, line: at + 1, message: `write ${named}, or do not name it: the example does not exist` },
        ];
      },
    ),
  );
}
