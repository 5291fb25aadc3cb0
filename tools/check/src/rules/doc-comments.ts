/**
 * Everything a package exports through a public door carries a doc comment where it is declared: editors show it at the
 * call, and the reference pages are made of it.
 *
 * Follows re-exports to the declaration; what other libraries declare is theirs to document.
 */
import type { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';
import type { Tree } from '../tree.ts';

/** Rule `doc-comments`. */
export const docComments: Rule = {
  name: 'doc-comments',
  about: 'every public export has a doc comment where it is declared',
  audit: (tree) => tree.packages.flatMap((project) => auditPackage(tree, project)),
};

/** A declaration of a name: where, and whether a doc comment stands before it. */
interface Declaration {
  readonly source: SourceFile;
  readonly node: SyntaxNode;
  readonly documented: boolean;
}

function auditPackage(tree: Tree, project: Project): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const target of project.doors.values()) {
    const door = tree.source(`${project.path}/${target}`);
    if (door === undefined || !door.path.endsWith('.ts')) continue;
    for (const name of exportedNames(tree, door)) {
      const declarations = findExport(tree, door, name, new Set());
      const [first] = declarations;
      if (first === undefined || declarations.some(({ documented }) => documented)) continue;
      const line = first.source.lineOf(first.node);
      const message = `write a doc comment for ${name}: ${project.name} exports it`;
      problems.set(`${first.source.path}:${line}:${name}`, { path: first.source.path, line, message });
    }
  }
  return [...problems.values()];
}

function exportedNames(tree: Tree, source: SourceFile, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(source.path)) return [];
  seen.add(source.path);
  return source.statements.flatMap((statement) => {
    if (statement.type === 'ExportAllDeclaration' && !isNode(statement.exported)) {
      const target = follow(tree, source, statement);
      return target === undefined ? [] : exportedNames(tree, target, seen);
    }
    if (statement.type !== 'ExportNamedDeclaration') return [];
    if (isNode(statement.declaration)) return declaredNames(statement.declaration);
    return specifiers(statement)
      .map((specifier) => nameOf(specifier.exported))
      .filter((name) => name !== undefined);
  });
}

/** Every declaration behind the exported name (several for overloads and merged types); none for other libraries' names. */
function findExport(tree: Tree, source: SourceFile, name: string, seen: Set<string>): readonly Declaration[] {
  const key = `${source.path} ${name}`;
  if (seen.has(key)) return [];
  seen.add(key);
  const found: Declaration[] = [];
  for (const statement of source.statements) {
    if (statement.type === 'ExportAllDeclaration') {
      const target = follow(tree, source, statement);
      if (target !== undefined) found.push(...findExport(tree, target, name, seen));
    } else if (statement.type === 'ExportNamedDeclaration') {
      if (isNode(statement.declaration)) {
        if (declaredNames(statement.declaration).includes(name)) found.push(declarationOf(source, statement));
        continue;
      }
      for (const specifier of specifiers(statement)) {
        if (nameOf(specifier.exported) !== name) continue;
        const local = nameOf(specifier.local) ?? name;
        if (isNode(statement.source)) {
          const target = follow(tree, source, statement);
          if (target !== undefined) found.push(...findExport(tree, target, local, seen));
        } else found.push(...findLocal(tree, source, local, seen));
      }
    }
  }
  return found;
}

function findLocal(tree: Tree, source: SourceFile, name: string, seen: Set<string>): readonly Declaration[] {
  return source.statements.flatMap((statement) => {
    if (statement.type === 'ImportDeclaration') {
      const specifier = specifiers(statement).find((each) => nameOf(each.local) === name);
      const target = specifier === undefined ? undefined : follow(tree, source, statement);
      if (target === undefined) return [];
      return findExport(tree, target, nameOf(specifier?.imported) ?? name, seen);
    }
    const declaration = isNode(statement.declaration) ? statement.declaration : statement;
    return declaredNames(declaration).includes(name) ? [declarationOf(source, statement)] : [];
  });
}

function follow(tree: Tree, source: SourceFile, statement: SyntaxNode): SourceFile | undefined {
  const specifier = nameOf(statement.source);
  if (specifier === undefined || !specifier.startsWith('.')) return undefined;
  const path = tree.resolve(source.path, specifier);
  return path === undefined ? undefined : tree.source(path);
}

function specifiers(statement: SyntaxNode): readonly SyntaxNode[] {
  return (statement.specifiers ?? []) as readonly SyntaxNode[];
}

function declaredNames(declaration: SyntaxNode): readonly string[] {
  const names =
    declaration.type === 'VariableDeclaration'
      ? (declaration.declarations as readonly SyntaxNode[]).map((each) => nameOf(each.id))
      : [nameOf(declaration.id)];
  return names.filter((name) => name !== undefined);
}

function declarationOf(source: SourceFile, node: SyntaxNode): Declaration {
  // Line comments may stand between a doc comment and its declaration: suppressions of the linter have to.
  const between = (from: number, to: number): string =>
    source.text
      .slice(from, to)
      .replace(/\/\/.*/g, '')
      .trim();
  const before = source.comments.findLast((comment) => comment.end <= node.start && comment.type === 'Block');
  const documented =
    before?.value.startsWith('*') === true &&
    between(before.end, node.start) === '' &&
    !isFileHeader(source, before);
  return { source, node, documented };
}

/** A file's header is not the doc of its first declaration: the first comment of a file, when a blank line follows it. */
function isFileHeader(
  source: SourceFile,
  comment: { readonly start: number; readonly end: number },
): boolean {
  return (
    source.comments[0]?.start === comment.start &&
    /^[ \t]*\r?\n[ \t]*\r?\n/.test(source.text.slice(comment.end))
  );
}
