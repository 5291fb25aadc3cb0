/**
 * The page of all limits and defaults: the sections of the packages' READMEs that name them, one package after another. So each is written
 * in one place.
 */
import { posix } from 'node:path';

/** Where the page stands in the site. */
export const LIMITS_PAGE = 'docs/limits.md';

/** A README and where it lies. */
export interface Readme {
  /** The package's name, as its users import it. */
  readonly name: string;
  /** Path from the root: `packages/loop/README.md`. */
  readonly path: string;
  readonly markdown: string;
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

const INTRODUCTION = `---
editLink: false
---

# Limits and defaults

Whatever a peer or a program could make grow without end has a bound here, with a name and a default. \`Infinity\` is no limit. Times are in
milliseconds. What follows is taken from the packages' READMEs.
`;

/** The page. */
export function limitsPage(readmes: readonly Readme[]): string {
  const parts = readmes.flatMap((readme) => {
    const sections = sectionsOf(readme.markdown).filter(namesLimits);
    if (sections.length === 0) return [];
    const texts = sections.map(({ title, lines }) => `### ${title}\n${moved(lines.join('\n'), readme.path)}`);
    return [`## ${readme.name}\n\n${texts.join('\n')}`];
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

/** A section about limits, or one that holds a table with a column of defaults. */
function namesLimits({ title, lines }: Section): boolean {
  return (
    /\b(limits?|bounds?)\b/i.test(title) ||
    lines.some((line) => /^\|.*\|\s*(default|unless told)/i.test(line))
  );
}

/** The parts between headings; headings inside code are none. */
function sectionsOf(markdown: string): readonly Section[] {
  const sections: { title: string; lines: string[] }[] = [];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const title = isCode ? undefined : /^#{2,6}\s+(.*)$/.exec(line)?.[1];
    if (title !== undefined) sections.push({ title, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** The text with its relative links as they are from the page. */
function moved(text: string, from: string): string {
  return text
    .replace(/\]\((?![a-z]+:|#)([^)\s]+)\)/gi, (_, target: string) => {
      const path = posix.join(posix.dirname(from), target);
      return `](${posix.relative(posix.dirname(LIMITS_PAGE), path)})`;
    })
    .replace(/\]\(#([^)\s]+)\)/g, (_, anchor: string) => {
      return `](${posix.relative(posix.dirname(LIMITS_PAGE), from)}#${anchor})`;
    });
}
