/**
 * One TypeScript or JavaScript file, parsed once and on demand: its syntax tree, its comments, and every module it
 * names (imports, re-exports, `import()` calls and types, worker URLs apart).
 *
 * Does not know what is allowed, nor where other files are.
 */
import { parseSync } from 'oxc-parser';
import { lineAt } from './problem.ts';

/** A node of the ESTree syntax tree; rules look at the few fields they need. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A comment; `start` and `end` include its marks, `value` does not. */
export interface Comment {
  readonly type: 'Line' | 'Block';
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** One place where a file names another module. */
export interface ModuleUse {
  readonly specifier: string;
  readonly line: number;
  /** True for `import type`, `export type … from`, `import('…')` in a type, and imports of types alone. */
  readonly typeOnly: boolean;
  /** Names taken from the module; empty for side effects, namespaces and `import()`. */
  readonly names: readonly string[];
}

/** Called for each node before its children; `false` leaves the children out. */
export type Visit = (node: SyntaxNode, parent: SyntaxNode | undefined) => boolean | undefined;

interface Parsed {
  readonly program: SyntaxNode;
  readonly comments: readonly Comment[];
  readonly error: string | undefined;
}

/** A file of source code. */
export class SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  #parsed: Parsed | undefined;
  #uses: readonly ModuleUse[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The root of the syntax tree. */
  get program(): SyntaxNode {
    return this.#parse().program;
  }

  /** All comments, in order. */
  get comments(): readonly Comment[] {
    return this.#parse().comments;
  }

  /** The first syntax error, if the file does not parse. */
  get syntaxError(): string | undefined {
    return this.#parse().error;
  }

  /** The statements at the top of the module. */
  get statements(): readonly SyntaxNode[] {
    return this.program.body as readonly SyntaxNode[];
  }

  /** Every module the file names, in order; types, re-exports and dynamic imports included. */
  get uses(): readonly ModuleUse[] {
    this.#uses ??= this.#findUses();
    return this.#uses;
  }

  /** The line, counted from 1, of a node or an offset. */
  lineOf(place: SyntaxNode | number): number {
    return lineAt(this.text, typeof place === 'number' ? place : place.start);
  }

  /** Walks the whole syntax tree, parents first. */
  walk(visit: Visit): void {
    walkNode(this.program, undefined, visit);
  }

  #parse(): Parsed {
    if (this.#parsed === undefined) {
      const result = parseSync(this.path, this.text);
      this.#parsed = {
        program: result.program as unknown as SyntaxNode,
        comments: result.comments,
        error: result.errors[0]?.message,
      };
    }
    return this.#parsed;
  }

  #findUses(): readonly ModuleUse[] {
    const uses: ModuleUse[] = [];
    this.walk((node) => {
      const use = moduleUse(node);
      if (use !== undefined) uses.push({ ...use, line: this.lineOf(node) });
      return undefined;
    });
    return uses;
  }
}

function walkNode(node: SyntaxNode, parent: SyntaxNode | undefined, visit: Visit): void {
  if (visit(node, parent) === false) return;
  for (const key in node) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) walkNode(item, node, visit);
    } else if (isNode(child)) walkNode(child, node, visit);
  }
}

/** Tells a syntax node from the other values a node's fields hold. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** The name of an identifier or the text of a string key; undefined for anything else. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Identifier') return value.name as string;
  return value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined;
}

function moduleUse(node: SyntaxNode): Omit<ModuleUse, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration': {
      const specifier = text(node.source);
      if (specifier === undefined) return undefined;
      const parts = (node.specifiers ?? []) as readonly SyntaxNode[];
      const kind = node.type === 'ImportDeclaration' ? 'importKind' : 'exportKind';
      const typeOnly = node[kind] === 'type' || (parts.length > 0 && parts.every((p) => p[kind] === 'type'));
      const names = parts.map((p) => nameOf(p.imported ?? p.local)).filter((name) => name !== undefined);
      return { specifier, typeOnly, names };
    }
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType': {
      const specifier =
        text(node.source) ?? text((node.argument as SyntaxNode | undefined)?.literal ?? node.argument);
      if (specifier === undefined) return undefined;
      return { specifier, typeOnly: node.type === 'TSImportType' || node.exportKind === 'type', names: [] };
    }
    default:
      return undefined;
  }
}

function text(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' ? nameOf(value) : undefined;
}
