/**
 * The seam to Node: every module of Node's that this package uses is asked for here, while the program runs.
 * Node, Bun and Deno give it; a page gives `undefined`, and the code that asked has another answer ready. An
 * `import` of such a module would keep the package out of every page, whether the module is used there or
 * not.
 */

import type * as asyncHooks from 'node:async_hooks';
import type { getEventListeners } from 'node:events';
import type * as fs from 'node:fs';
import type * as inspector from 'node:inspector';
import type * as url from 'node:url';
import type * as vm from 'node:vm';
import type * as workerThreads from 'node:worker_threads';
import { refuseOldNode } from './node-version.ts';

interface Builtins {
  readonly 'node:async_hooks': typeof asyncHooks;
  readonly 'node:events': { readonly getEventListeners: typeof getEventListeners };
  readonly 'node:fs': typeof fs;
  readonly 'node:inspector': typeof inspector;
  readonly 'node:url': typeof url;
  readonly 'node:vm': typeof vm;
  readonly 'node:worker_threads': typeof workerThreads;
}

/** The process; `undefined` in a page. What bundlers put in its place has an `env` at most. */
export const hostProcess: Partial<NodeJS.Process> | undefined = globalThis.process;

refuseOldNode(hostProcess?.versions);

/** A module of Node's, where the host has it. */
export function builtin<Id extends keyof Builtins>(id: Id): Builtins[Id] | undefined {
  return hostProcess?.getBuiltinModule?.(id) as Builtins[Id] | undefined;
}

/** The same for code that cannot do without. `use` says what for, as the beginning of a sentence. */
export function requireBuiltin<Id extends keyof Builtins>(id: Id, use: string): Builtins[Id] {
  const found = builtin(id);
  if (found === undefined) throw new Error(`${use} needs ${id}, which this host does not have`);
  return found;
}
