/**
 * As much Markdown as the rules read: headings with the anchors a forge gives them, links, and fenced code blocks.
 *
 * Not a renderer: what stands inside code is never a heading or a link.
 */

/** A heading. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  /** The anchor that links to it: `#not-for`. */
  readonly anchor: string;
  readonly line: number;
}

/** A link or a picture. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** A fenced code block. */
export interface CodeBlock {
  /** First word after the fence, lower case: `ts`. */
  readonly language: string;
  /** What follows the language. */
  readonly info: string;
  readonly code: string;
  /** Line of the fence; the code starts on the next one. */
  readonly line: number;
}

/** What a page holds. */
export interface MarkdownPage {
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  readonly blocks: readonly CodeBlock[];
  /** Anchors of headings and of elements with an id or a name. */
  readonly anchors: ReadonlySet<string>;
  /** The lines outside code blocks; lines inside them are empty. */
  readonly prose: readonly string[];
}

/** Reads a page. */
export function readMarkdown(text: string): MarkdownPage {
  const { blocks, prose } = splitCode(text);
  const headings: Heading[] = [];
  const anchors = new Set<string>();
  const links: Link[] = [];
  prose.forEach((lineText, at) => {
    const line = at + 1;
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(lineText);
    if (heading) {
      const title = heading[2] ?? '';
      const anchor = unused(anchorOf(title), anchors);
      anchors.add(anchor);
      headings.push({ level: heading[1]?.length ?? 1, text: title, anchor, line });
    }
    for (const element of lineText.matchAll(/<[a-z]+[^>]*\s(?:id|name)="([^"]+)"/gi))
      anchors.add(element[1] ?? '');
    links.push(...linksOf(lineText).map((target) => ({ target, line })));
  });
  return { headings, links, blocks, anchors, prose };
}

/** The anchor a forge gives a heading: lower case, punctuation away, spaces to hyphens. */
export function anchorOf(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]|(?<!\w)_|_(?!\w)/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** The lines (counted from 1, both included) of the first section whose heading matches, subsections too. */
export function sectionLines(page: MarkdownPage, title: RegExp): { from: number; to: number } | undefined {
  const at = page.headings.findIndex((heading) => title.test(heading.text));
  const start = page.headings[at];
  if (start === undefined) return undefined;
  const next = page.headings.slice(at + 1).find((heading) => heading.level <= start.level);
  return { from: start.line, to: next === undefined ? page.prose.length : next.line - 1 };
}

function unused(anchor: string, taken: ReadonlySet<string>): string {
  if (!taken.has(anchor)) return anchor;
  let count = 1;
  while (taken.has(`${anchor}-${count}`)) count++;
  return `${anchor}-${count}`;
}

function linksOf(line: string): readonly string[] {
  const text = line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
  const inline = [
    ...text.matchAll(/\]\(\s*<?([^\s<>()]+(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g),
  ];
  const reference = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/.exec(text);
  const html = [...text.matchAll(/<(?:a|img)\s[^>]*(?:href|src)="([^"]+)"/gi)];
  return [...inline, ...(reference ? [reference] : []), ...html].map((match) => match[1] ?? '');
}

function splitCode(text: string): { blocks: readonly CodeBlock[]; prose: readonly string[] } {
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open:
    | { fence: string; indent: number; language: string; info: string; line: number; code: string[] }
    | undefined;
  text.split(/\r?\n/).forEach((lineText, at) => {
    const fence = /^(\s*(?:[-*+]\s+|\d+\.\s+|>\s?)?)(`{3,}|~{3,})\s*(.*)$/.exec(lineText);
    if (open === undefined) {
      if (fence === null || (fence[2]?.startsWith('`') && fence[3]?.includes('`'))) {
        prose.push(lineText);
        return;
      }
      const [, lead = '', marks = '', words = ''] = fence;
      const [language = '', ...info] = words.trim().split(/\s+/);
      open = {
        fence: marks,
        indent: lead.length,
        language: language.toLowerCase(),
        info: info.join(' '),
        line: at + 1,
        code: [],
      };
    } else if (fence?.[2]?.startsWith(open.fence) && fence[3] === '') {
      const { language, info, line, code } = open;
      blocks.push({ language, info, line, code: code.join('\n') });
      open = undefined;
    } else {
      const lead = lineText.slice(0, open.indent);
      open.code.push(/^[\s>]*$/.test(lead) ? lineText.slice(open.indent) : lineText);
    }
    prose.push('');
  });
  return { blocks, prose };
}
