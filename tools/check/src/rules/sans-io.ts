/**
 * A `protocol/` folder is a value: bytes and events in, bytes and events out. Its files import only each other and
 * touch no I/O, clock, randomness, logging, rxjs or async, so that every test of theirs is a plain function call.
 *
 * Does not judge what the protocol does, only what it can reach.
 */
import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { isNode, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Globals that bring in the world, each with what it is. */
const WORLD: Readonly<Record<string, string>> = {
  Promise: 'async',
  queueMicrotask: 'async',
  AbortController: 'async',
  AbortSignal: 'async',
  Date: 'the clock',
  performance: 'the clock',
  setTimeout: 'the clock',
  setInterval: 'the clock',
  setImmediate: 'the clock',
  clearTimeout: 'the clock',
  clearInterval: 'the clock',
  clearImmediate: 'the clock',
  crypto: 'randomness',
  console: 'logging',
  process: 'the process',
  globalThis: 'the process',
  fetch: 'I/O',
  require: 'I/O',
};

/** Rule `sans-io`. */
export const sansIo: Rule = {
  name: 'sans-io',
  about: 'protocol/ folders import only themselves and touch no I/O, clock, randomness, logging or async',
  audit: (tree) =>
    tree
      .sources()
      .filter((source) => /\/src\/(.*\/)?protocol\//.test(source.path))
      .flatMap((source) => [...auditImports(source), ...auditWorld(source)]),
};

function auditImports(source: SourceFile): readonly Problem[] {
  const folder = /^.*\/src\/(?:.*?\/)?protocol\//.exec(source.path)?.[0] ?? '';
  return source.uses
    .filter(({ specifier }) => {
      const inside =
        specifier.startsWith('.') && posix.join(posix.dirname(source.path), specifier).startsWith(folder);
      return !inside;
    })
    .map(({ specifier, line }) => ({
      path: source.path,
      line,
      message: `hand '${specifier}' in as a parameter: a protocol/ folder imports only itself`,
    }));
}

function auditWorld(source: SourceFile): readonly Problem[] {
  const problems: Problem[] = [];
  const own = declaredNames(source);
  const report = (node: SyntaxNode, message: string): void => {
    problems.push({ path: source.path, line: source.lineOf(node), message });
  };
  source.walk((node, parent) => {
    if (node.async === true) report(node, 'make the function synchronous: protocol/ knows no async');
    else if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await === true)) {
      report(node, 'do not await: protocol/ knows no async');
    } else if (
      node.type === 'MemberExpression' &&
      nameOf(node.object) === 'Math' &&
      nameOf(node.property) === 'random'
    ) {
      report(node, 'take random bytes as a parameter: protocol/ knows no randomness');
    } else if (node.type === 'Identifier' && isReference(node, parent)) {
      const name = node.name as string;
      const what = Object.hasOwn(WORLD, name) && !own.has(name) ? WORLD[name] : undefined;
      if (what !== undefined)
        report(node, `take what ${name} gives as a parameter: protocol/ knows nothing of ${what}`);
    }
    return undefined;
  });
  return problems;
}

/** Whether the identifier stands for a value or type in scope, rather than for a property of that name. */
function isReference(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || parent.computed === true) return true;
  if (parent.type === 'MemberExpression') return parent.property !== node;
  if (parent.type === 'TSQualifiedName') return parent.right !== node;
  return parent.key !== node;
}

/** Names the file declares itself: parameters, variables, functions, classes, types, imports. */
function declaredNames(source: SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const addPattern = (pattern: unknown): void => {
    if (!isNode(pattern)) return;
    if (pattern.type === 'Identifier') names.add(pattern.name as string);
    for (const part of [pattern.left, pattern.argument, pattern.value]) addPattern(part);
    for (const list of [pattern.elements, pattern.properties])
      if (Array.isArray(list)) list.forEach(addPattern);
  };
  source.walk((node) => {
    if (Array.isArray(node.params)) node.params.forEach(addPattern);
    if (node.type === 'VariableDeclarator') addPattern(node.id);
    else if (/^(TS\w+|Function|Class)Declaration$/.test(node.type)) addPattern(node.id);
    else if (/^Import\w*Specifier$/.test(node.type)) addPattern(node.local);
    return undefined;
  });
  return names;
}
