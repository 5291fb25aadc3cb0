/**
 * Every stable error code a package raises stands in the Errors section of its README, because users write `catch` blocks from
 * that list. The section names no code that is gone. `docs/errors.md` has a row for each of them, with a cause and a remedy.
 */
import { readMarkdown, sectionLines } from '../markdown.ts';
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import type { Tree } from '../tree.ts';

const CODE = /\bERR_OXBOW_[A-Z0-9_]*/g;
const PAGE = 'docs/errors.md';
const ERRORS_HEADING = /\berrors?\b/i;

interface Place {
  readonly path: string;
  readonly line: number;
}

/** Rule `error-codes`. */
export const errorCodes: Rule = {
  name: 'error-codes',
  about: 'the error codes in src/ and in the Errors section of the README are the same',
  audit: (tree) => {
    const raised = new Map(tree.packages.map((project) => [project, codesIn(tree, project)]));
    const known = new Set([...raised.values()].flatMap((codes) => [...codes.keys()]));
    return [
      ...tree.packages.flatMap((project) =>
        auditPackage(tree, project, raised.get(project) ?? new Map(), known),
      ),
      ...auditPage(tree, raised, known),
    ];
  },
};

function auditPackage(
  tree: Tree,
  project: Project,
  raised: ReadonlyMap<string, Place>,
  known: ReadonlySet<string>,
): readonly Problem[] {
  const path = `${project.path}/README.md`;
  const text = tree.files.get(path);
  const unfinished = [...raised]
    .filter(([code]) => code.endsWith('_'))
    .map(([code, place]) => ({
      ...place,
      message: `write the code out in full ('${code}…'): users search for it`,
    }));
  if (text === undefined) return unfinished;
  const section = sectionLines(readMarkdown(text), ERRORS_HEADING);
  const documented = new Map<string, number>();
  text.split('\n').forEach((line, at) => {
    if (section === undefined || at + 1 < section.from || at + 1 > section.to) return;
    for (const [code] of line.matchAll(CODE)) documented.set(code, at + 1);
  });
  return [
    ...unfinished,
    ...[...raised]
      .filter(([code]) => !documented.has(code) && !code.endsWith('_'))
      .map(([code, place]) => ({ ...place, message: `add ${code} to the Errors section of ${path}` })),
    ...[...documented]
      .filter(([code]) => !known.has(code) && !code.endsWith('_'))
      .map(([code, line]) => ({ path, line, message: `take ${code} out: nothing raises it` })),
  ];
}

/** The page of all codes: a row for each, in which no cell is empty, and none for what is gone. */
function auditPage(
  tree: Tree,
  raised: ReadonlyMap<Project, ReadonlyMap<string, Place>>,
  known: ReadonlySet<string>,
): readonly Problem[] {
  const text = tree.files.get(PAGE);
  if (text === undefined) return [];
  const rows = new Set<string>();
  const problems: Problem[] = [];
  text.split('\n').forEach((line, at) => {
    const [, code = '', cause = '', remedy = ''] =
      /^\| `(ERR_OXBOW_[A-Z0-9_]+)` \|([^|]*)\|([^|]*)\|$/.exec(line) ?? [];
    if (code === '') return;
    const report = (message: string): void => void problems.push({ path: PAGE, line: at + 1, message });
    if (rows.has(code)) report(`take the second row of ${code} out`);
    if (!known.has(code)) report(`take ${code} out: nothing raises it`);
    if (cause.trim() === '' || remedy.trim() === '') report(`give ${code} a cause and a remedy`);
    rows.add(code);
  });
  const missing = new Map([...raised.values()].flatMap((codes) => [...codes]));
  for (const [code, place] of missing) {
    if (code.endsWith('_') || rows.has(code)) continue;
    problems.push({ ...place, message: `add ${code} to ${PAGE}, with its cause and what to do` });
  }
  return problems;
}

/** Codes in the strings of a package's sources, each with the first place; comments do not raise anything. */
function codesIn(tree: Tree, project: Project): ReadonlyMap<string, Place> {
  const codes = new Map<string, Place>();
  for (const source of tree.sources(`${project.path}/src`)) {
    for (const { text, line } of stringsOf(source)) {
      for (const [code] of text.matchAll(CODE))
        if (!codes.has(code)) codes.set(code, { path: source.path, line });
    }
  }
  return codes;
}

function stringsOf(source: SourceFile): readonly { text: string; line: number }[] {
  if (!source.text.includes('ERR_OXBOW_')) return [];
  const strings: { text: string; line: number }[] = [];
  source.walk((node, parent) => {
    if (parent?.type === 'TSLiteralType') return false;
    if (node.type === 'Literal' && typeof node.value === 'string') {
      strings.push({ text: node.value, line: source.lineOf(node) });
    } else if (node.type === 'TemplateElement') {
      strings.push({ text: (node.value as { raw: string }).raw, line: source.lineOf(node) });
    }
    return undefined;
  });
  return strings;
}
