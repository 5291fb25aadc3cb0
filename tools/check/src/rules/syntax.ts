/**
 * Syntax and names that the sources do without. Some cannot run by type stripping on the oldest Node, some hide
 * the public surface, and some leave a test out of the run.
 *
 * Reads syntax trees, so strings, comments and templates never count.
 */
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Names that say nothing: what is in such a file belongs beside its concept. */
const EMPTY_NAME = /^(utils?|helpers?|common|misc|manager|types)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench|soak|worker|config|d))?\.[cm]?[jt]sx?$/;

/** Rule `syntax`. */
export const syntax: Rule = {
  name: 'syntax',
  about: 'no using, enum, namespace, export * in index.ts, no empty file names, no narrowed or skipped tests',
  audit: (tree) => tree.sources().flatMap((source) => [...auditName(source), ...auditTree(source)]),
};

function auditName(source: SourceFile): readonly Problem[] {
  const names = source.path.split('/').slice(2);
  const file = names.at(-1) ?? '';
  // A folder of tests about types is a concept; a file of types is a drawer.
  const bad = names
    .map((name) => name.replace(/\..*$/, ''))
    .find((name, at) => EMPTY_NAME.test(name) && (name !== 'types' || at === names.length - 1));
  if (bad !== undefined) {
    return [
      { path: source.path, line: 1, message: `name the file after its concept: '${bad}' says nothing` },
    ];
  }
  if (KEBAB_CASE.test(file)) return [];
  return [{ path: source.path, line: 1, message: `name the file in kebab-case: '${file}'` }];
}

function auditTree(source: SourceFile): readonly Problem[] {
  if (source.syntaxError !== undefined) {
    return [{ path: source.path, line: 1, message: `mend the syntax: ${source.syntaxError}` }];
  }
  const problems: Problem[] = [];
  const suites = suiteNames(source);
  source.walk((node) => {
    const message = fault(node, source.path, suites);
    if (message !== undefined) problems.push({ path: source.path, line: source.lineOf(node), message });
    return undefined;
  });
  return problems;
}

function fault(node: SyntaxNode, path: string, suites: ReadonlySet<string>): string | undefined {
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind !== 'using' && node.kind !== 'await using') return undefined;
      return `close it by hand instead of '${node.kind}' (Node 22 cannot parse it): call [Symbol.dispose]() in a finally`;
    case 'TSEnumDeclaration':
      return 'write a frozen object and a union type: type stripping cannot run an enum';
    case 'TSModuleDeclaration':
      if (node.declare === true || node.kind === 'global' || path.endsWith('.d.ts')) return undefined;
      return 'write a module: type stripping cannot run a namespace';
    case 'ExportAllDeclaration':
      if (!path.endsWith('/src/index.ts') || isNode(node.exported)) return undefined;
      return 'list the exports by name, under headings: the public surface should be read here';
    case 'CallExpression': {
      const { callee } = node;
      if (!isNode(callee) || callee.type !== 'MemberExpression') return undefined;
      const called = nameOf(callee.property);
      if (called !== 'only' && called !== 'skip') return undefined;
      if (!suites.has(nameOf(callee.object) ?? '')) return undefined;
      return `take away '.${called}(': every test runs every time`;
    }
    default:
      return undefined;
  }
}

/** Variables that hold a suite: `const test = suite('…')`, and the bare `test` of the runner. */
function suiteNames(source: SourceFile): ReadonlySet<string> {
  const names = new Set(/\.test\.[cm]?[jt]s$/.test(posix.basename(source.path)) ? ['test'] : []);
  source.walk((node) => {
    if (node.type !== 'VariableDeclarator' || !isNode(node.init) || node.init.type !== 'CallExpression')
      return undefined;
    const name = nameOf(node.id);
    if (name !== undefined && nameOf(node.init.callee) === 'suite') names.add(name);
    return undefined;
  });
  return names;
}
