/**
 * Nothing is imported for its effect: what a module registers as it is loaded is gone in a bundle, because every package
 * says `sideEffects: false`. What somebody needs is imported by name and called.
 *
 * Style sheets may be named by a page: they hold no code, and a bundler takes them out.
 */
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Rule `side-effects`. */
export const sideEffects: Rule = {
  name: 'side-effects',
  about: "no import '…' for its effect",
  audit: (tree) => tree.sources().flatMap(auditSource),
};

function auditSource(source: SourceFile): readonly Problem[] {
  return source.statements.flatMap((statement) => {
    const specifier = loadedForEffect(statement);
    if (specifier === undefined || specifier.endsWith('.css')) return [];
    const message = `import a name of '${specifier}' and call it: what a module does when it is loaded is gone in a bundle`;
    return [{ path: source.path, line: source.lineOf(statement), message }];
  });
}

/** The module a statement loads without taking a name of it. */
function loadedForEffect(statement: SyntaxNode): string | undefined {
  switch (statement.type) {
    case 'ImportDeclaration':
      return isEmpty(statement) && statement.importKind !== 'type' ? nameOf(statement.source) : undefined;
    case 'ExportNamedDeclaration':
      return isEmpty(statement) && statement.exportKind !== 'type' ? nameOf(statement.source) : undefined;
    default:
      return undefined;
  }
}

function isEmpty(statement: SyntaxNode): boolean {
  const { specifiers } = statement;
  return Array.isArray(specifiers) && specifiers.length === 0 && isNode(statement.source);
}
