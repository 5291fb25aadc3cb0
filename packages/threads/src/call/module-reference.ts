/**
 * Which module a call means. A module is named by its URL, for a worker cannot be handed a function. A
 * closure that holds one import() and nothing else names it just as well, and brings its types along.
 *
 * The closure is called with a resolve hook in place that notes the URL and stops the import there: the
 * module is never loaded on this side. Source: Node's module.registerHooks (22.15, 23.5), whose resolve hooks
 * run inside import().
 */

import * as nodeModule from 'node:module';
import { type Result, UsageError } from '@oxbow/loop';

// biome-ignore lint/suspicious/noExplicitAny: the widest function type; `never[]` would not infer Parameters
type AnyFunction = (...args: any[]) => unknown;

/** The names of the functions a module exports. */
export type FunctionNames<M> = {
  [K in keyof M]: M[K] extends AnyFunction ? K : never;
}[keyof M] &
  string;

/** The arguments of an exported function. */
export type ArgumentsOf<M, K extends keyof M> = M[K] extends (...args: infer A) => unknown ? A : never;

/**
 * What awaiting a call of an exported function gives: promises are awaited and generators run on the other
 * side.
 */
export type ResultOf<M, K extends keyof M> = M[K] extends (...args: never[]) => infer R ? Result<R> : never;

/** One call of a function of M: the name, then its arguments. */
export type CallOf<M, K extends FunctionNames<M> = FunctionNames<M>> = {
  [N in K]: [name: N, ...args: ArgumentsOf<M, N>];
}[K];

/** A closure over one import: `() => import('./work.js')`. */
export type ModuleLoader<M> = () => Promise<M>;

/** A module by its URL, with its type. Made by `moduleAt`. */
export class ModuleReference<M> {
  readonly url: string;
  /** Holds the type; there is nothing at run time. */
  declare readonly module: M;

  /** @internal */
  constructor(url: string) {
    this.url = url;
  }
}

/**
 * Names a module by its URL for `toThread` and pools, typed: `moduleAt<typeof import('./work.js')>(new
 * URL('./work.js', import.meta.url))`. Use it where a closure cannot be read, as in bundled code.
 *
 * @throws UsageError `ERR_OXBOW_THREADS_NOT_A_MODULE` for anything but a URL
 *
 * @example
 * ```ts
 * import { moduleAt, toThread } from '@oxbow/threads';
 *
 * const posix = moduleAt<typeof import('node:path')>(new URL('./path.js', import.meta.url));
 * console.log(await toThread(posix, 'basename', '/a/b.txt'));
 * ```
 */
export function moduleAt<M>(url: URL): ModuleReference<M> {
  return new ModuleReference<M>(urlOf(url));
}

/** A function that is one import() of a literal and nothing else. */
const ONE_IMPORT =
  /^(?:async\s*)?(?:\(\s*\)\s*=>|function\s*\w*\s*\(\s*\))\s*(?:\{\s*return\s+)?(?:await\s+)?import\s*\(\s*(?:\/\*(?:(?!\*\/).)*\*\/\s*)*(?:'[^'\\\n]+'|"[^"\\\n]+"|`[^`\\$]+`)\s*,?\s*\)\s*;?\s*\}?$/s;

/** Closures kept by their owners are read once. */
const known = new WeakMap<object, string>();

/**
 * The URL of a module.
 *
 * @throws UsageError `ERR_OXBOW_THREADS_NOT_A_MODULE` when it cannot be read; what import() throws when there
 *   is no such file
 */
export function urlOf(module: unknown): string {
  if (module instanceof ModuleReference) return module.url;
  if (module instanceof URL) return module.href;
  if (typeof module !== 'function') {
    throw notAModule(`got ${module === null ? 'null' : typeof module}`);
  }
  let url = known.get(module);
  if (url === undefined) {
    url = readClosure(module as () => unknown);
    known.set(module, url);
  }
  return url;
}

function readClosure(closure: () => unknown): string {
  if (!ONE_IMPORT.test(closure.toString())) {
    throw notAModule('the function is not one import() of a literal and nothing else (bundled or computed?)');
  }
  if (typeof nodeModule.registerHooks !== 'function') {
    throw notAModule('this runtime has no module.registerHooks to read a closure with');
  }
  let url: string | undefined;
  let failure: unknown;
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        url = nextResolve(specifier, context).url;
      } catch (error) {
        failure = error;
      }
      // Thrown, not answered: an answer would be remembered, and a real import of the module get it.
      throw stopped;
    },
  });
  try {
    void Promise.resolve(closure()).catch(ignore);
  } finally {
    hooks.deregister();
  }
  if (failure !== undefined) throw failure;
  if (url === undefined) throw notAModule('the import did not say its URL');
  return url;
}

const stopped = Symbol('the import was only read');
const ignore = (): void => {};

function notAModule(what: string): UsageError {
  return new UsageError(
    `Cannot tell which module to call: ${what}. Write toThread(() => import('./work.js'), 'fn', ...args), or ` +
      `toThread<typeof import('./work.js')>(new URL('./work.js', import.meta.url), 'fn', ...args)`,
    { code: 'ERR_OXBOW_THREADS_NOT_A_MODULE' },
  );
}
