/**
 * The TypeScript blocks of Markdown pages, and of the doc comments of the packages, as files that can be typechecked. Gives the compiler's
 * answer as problems of the pages.
 *
 * - A block is a module by itself; `ts continued` goes on where the block above ended.
 * - A first line `// work.ts` names the block, so that the others of its page can import it.
 * - `ts ignore: reason` leaves a block out.
 * - `ts recipe` leaves it out too: `npm run docs` compiles such blocks and runs them beside the frameworks.
 *
 * Does not run the compiler (see steps/check-snippets.ts).
 */
import { posix } from 'node:path';
import { type CodeBlock, readMarkdown } from './markdown.ts';
import type { Problem } from './problem.ts';
import { isPage } from './rules/links.ts';
import type { Tree } from './tree.ts';

/** A block written out as a file. */
export interface Snippet {
  /** Path under the folder of snippets: `packages/loop/README.md/12.ts`. */
  readonly file: string;
  /** The page it stands on. */
  readonly page: string;
  /** For each line of the file (counted from 0), the line of the page. */
  readonly lines: readonly number[];
  readonly text: string;
}

/** The snippets of the tree, and the blocks that cannot be taken as they are. */
export interface Snippets {
  readonly snippets: readonly Snippet[];
  readonly problems: readonly Problem[];
}

/** Sources whose doc comments may hold a program. */
const SOURCE = /^packages\/[^/]+\/src\/.*\.ts$/;
const LANGUAGES = /^(ts|mts|typescript)$/;
const IGNORE_WITH_REASON = /^ignore(?:\s*[:=,(-]\s*|\s+)\S.{4,}/;

/** Takes the TypeScript blocks out of all pages. */
export function collectSnippets(tree: Tree): Snippets {
  const snippets: Snippet[] = [];
  const problems: Problem[] = [];
  for (const [page, text] of tree.files) {
    if (!isPage(page) && !SOURCE.test(page)) continue;
    const markdown = isPage(page) ? text : docComments(text);
    let last: Snippet | undefined;
    for (const block of readMarkdown(markdown).blocks) {
      if (!LANGUAGES.test(block.language)) continue;
      if (block.info.startsWith('ignore')) {
        if (!IGNORE_WITH_REASON.test(block.info))
          problems.push({ path: page, line: block.line, message: UNEXPLAINED });
        continue;
      }
      // Programs with a framework in them: tools/frameworks compiles and runs those.
      if (block.info === 'recipe') continue;
      last =
        /\bcontinued\b/.test(block.info) && last !== undefined ? append(last, block) : snippetOf(page, block);
      snippets.push(last);
    }
  }
  return { snippets, problems };
}

/** The text with everything taken out but what doc comments say; lines stay where they are. */
export function docComments(text: string): string {
  let isInside = false;
  return text
    .split('\n')
    .map((line) => {
      const begins = /^\s*\/\*\*/.test(line);
      const ends = line.includes('*/');
      const said = isInside && !ends ? line.replace(/^\s*\* ?/, '') : '';
      isInside = (isInside || begins) && !ends;
      return said;
    })
    .join('\n');
}

const UNEXPLAINED = "give the reason ('ts ignore: why it cannot be typechecked'), or let the block compile";

function snippetOf(page: string, block: CodeBlock): Snippet {
  const named = /^\/\/ (?:\.\/)?([\w-]+\.ts)\b/.exec(block.code)?.[1];
  return {
    file: posix.join(page, named ?? `${block.line}.ts`),
    page,
    lines: block.code.split('\n').map((_, at) => block.line + 1 + at),
    text: `${block.code}\nexport {};\n`,
  };
}

function append(before: Snippet, block: CodeBlock): Snippet {
  const own = snippetOf(before.page, block);
  const code = before.text.replace(/export \{\};\n$/, '');
  return { ...own, lines: [...before.lines, ...own.lines], text: `${code}${own.text}` };
}

/** Turns the compiler's lines (`file(line,column): error TS1234: text`) into problems of the pages. */
export function problemsOf(output: string, snippets: readonly Snippet[]): readonly Problem[] {
  const byFile = new Map(snippets.map((snippet) => [snippet.file, snippet]));
  const problems = new Map<string, Problem>();
  for (const line of output.split('\n')) {
    const match = /^(.*?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line.trim());
    const [, file = '', at = '1', code = '', text = ''] = match ?? [];
    const snippet = byFile.get(file);
    if (snippet === undefined) continue;
    const pageLine = snippet.lines[Number(at) - 1] ?? snippet.lines.at(-1) ?? 1;
    const problem = { path: snippet.page, line: pageLine, message: `let the block compile: ${code} ${text}` };
    problems.set(`${problem.path}:${problem.line}:${problem.message}`, problem);
  }
  return [...problems.values()];
}
