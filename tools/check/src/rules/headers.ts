/**
 * Every source of a package begins with a header in a doc comment: its one job, and what it does not know. One style, so that
 * a reader's eye finds it at the same place in all packages.
 *
 * Mends headers of line comments. Does not judge what a header says.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';

/** A header of one line is not broken into three unless it would be longer than the formatter's lines. */
const WIDTH = 110;

/** Rule `headers`. */
export const headers: Rule = {
  name: 'headers',
  about:
    'each source of a package begins with a header in a doc comment (--fix turns line comments into one)',
  audit: (tree) =>
    tree.packages.flatMap(({ path }) => tree.sources(`${path}/src`).flatMap((source) => auditHeader(source))),
};

function auditHeader({ path, text }: SourceFile): readonly Problem[] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => !/^(\/\/ biome-ignore-all |#!)/.test(line));
  const first = lines[from] ?? '';
  if (first.startsWith('/**')) return [];
  const message = "begin the file with a header in '/** … */': its one job, and what it does not know";
  const header = /^(?:\/\/.*\n)+/.exec(`${lines.slice(from).join('\n')}\n`)?.[0];
  if (header === undefined || header.includes('*/')) return [{ path, line: from + 1, message }];
  return [{ path, line: from + 1, message, fix: mended(lines, from) }];
}

function mended(lines: readonly string[], from: number): string {
  let end = from;
  while (lines[end]?.startsWith('//') && !lines[end]?.startsWith('// biome-ignore')) end++;
  const words = lines.slice(from, end).map((line) => line.slice(2).trimEnd());
  const [only = ''] = words;
  const header =
    words.length === 1 && only.length + '/** */'.length <= WIDTH
      ? [`/**${only} */`]
      : ['/**', ...words.map((line) => ` *${line}`), ' */'];
  const rest = lines.slice(end);
  // A doc comment right above a declaration would be the declaration's.
  const gap = rest[0] === '' ? [] : [''];
  return [...lines.slice(0, from), ...header, ...gap, ...rest].join('\n');
}
