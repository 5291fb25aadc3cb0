/** openInThread: an object that lives in a thread of its own, and is called from here. */

import { type CancelledError, UsageError } from '@oxbow/loop';
import { PendingCall } from '@oxbow/loop/lowlevel';
import { type ModuleLoader, ModuleReference, urlOf } from '../call/module-reference.ts';
import type { ObjectDescription } from '../call/object-description.ts';
import { MAKER, METHOD } from '../call/wire.ts';
import { ThreadLink } from '../worker/thread-link.ts';
import { notStarted } from '../worker/worker-end.ts';
import { objectSettings, type ThreadOptions } from './object-options.ts';
import type { InThread, MadeBy, MakerArguments, MakerNames, OpenOf } from './object-types.ts';
import { type Listener, ThreadObject } from './thread-object.ts';

/**
 * Makes an object in a thread of its own, by a class or function that a module exports, and gives its
 * methods:
 * `const journal = await openInThread(() => import('./journal.ts'), 'Journal', path)`, then `await journal.commit(changes)`.
 *
 * Calls run one at a time, in the order they were made; a method that waits is done before the next call
 * begins. Arguments and results cross as in {@link toThread}. Cancelling a call that has not begun takes it
 * back. One that runs is told (`currentSignal()` there is aborted) and waited for, up to `graceMs`, after
 * which the thread is ended.
 *
 * When the thread ends by itself (an uncaught error, `process.exit()`, out of memory), every call in flight
 * and every later one fails with WorkerExitError. End it by `close()`, or `await using`; `run()` closes what
 * is still open when it ends. An open object does not keep a finished program alive; a pending call and a
 * listener do.
 *
 * @param module a closure over one import(), `moduleAt(…)`, a URL, or {@link ThreadOptions}
 * @param name of the class or function in the module; a function may be async
 * @returns the object; rejects with what the constructor threw, WorkerExitError, UncloneableError or
 *   UsageError. Cancelling it ends the thread
 *
 * @example
 * ```ts
 * import { moduleAt, openInThread } from '@oxbow/threads';
 *
 * interface JournalModule {
 *   readonly Journal: new (path: string) => { add(line: string): number };
 * }
 * const module = moduleAt<JournalModule>(new URL('./journal.js', import.meta.url));
 * const journal = await openInThread(module, 'Journal', 'journal.log');
 * console.log(await journal.add('a line')); // calls run in order
 * await journal.close();
 * ```
 */
export function openInThread<M, K extends MakerNames<M>>(
  module: ModuleLoader<M> | ModuleReference<M> | ThreadOptions<M>,
  name: K,
  ...args: MakerArguments<M, K>
): Opening<InThread<MadeBy<M, K>>>;
export function openInThread<M, K extends MakerNames<M> = MakerNames<M>>(
  module: URL,
  ...open: OpenOf<M, K>
): Opening<InThread<MadeBy<M, K>>>;
export function openInThread(module: unknown, name: string, ...args: readonly unknown[]): Opening<unknown> {
  return new Opening(module, name, args);
}

/** An object on its way into its thread. */
export class Opening<T> extends PendingCall<T> {
  readonly #object: ThreadObject | undefined;

  /** @internal */
  constructor(module: unknown, name: string, args: readonly unknown[]) {
    super();
    try {
      const options = isOptions(module) ? module : { module };
      const settings = objectSettings(options as Partial<ThreadOptions<unknown>>, String(name));
      const url = urlOf(options.module);
      const { env, execArgv, resourceLimits } = options as Partial<ThreadOptions<unknown>>;
      this.#object = new ThreadObject(settings, (owner) => {
        try {
          return new ThreadLink(owner, { name: settings.name, env, execArgv, resourceLimits });
        } catch (cause) {
          throw notStarted(settings.name, { exitCode: undefined, signal: undefined, cause });
        }
      });
      const made = this.#object.call(MAKER, url, name, args);
      made.addDoneCallback(() => this.#made(made as PendingCall<ObjectDescription>));
    } catch (error) {
      this.fail(error);
    }
  }

  override get name(): string {
    return `openInThread(${this.#object?.name ?? ''})`;
  }

  protected override askToEnd(reason: CancelledError): void {
    void this.#object?.terminate(reason).then(() => this.fail(reason));
  }

  #made(call: PendingCall<ObjectDescription>): void {
    // A cancelled opening ends when its thread has.
    if (this.cancelReason !== undefined) return;
    try {
      this.succeed(handleOf(this.#object!, call.result()) as T);
    } catch (error) {
      // First the thread ends, and with it what the failed object may still hold: a file's lock, a port.
      void this.#object!.terminate().then(() => this.fail(error));
    }
  }
}

function isOptions(module: unknown): module is { readonly module: unknown } {
  if (typeof module !== 'object' || module === null) return false;
  return !(module instanceof URL) && !(module instanceof ModuleReference) && 'module' in module;
}

/** What the object has beside its methods, so that no method can have these names. */
const MEMBERS = ['close', 'terminate', 'on', 'then'];

function handleOf(object: ThreadObject, { methods, emits }: ObjectDescription): object {
  const handle: Record<string | symbol, unknown> = {
    close: () => object.close(),
    terminate: (reason?: unknown) => object.terminate(reason),
    on: (event: string, listener: Listener) => {
      if (emits) return object.listen(event, listener);
      throw new UsageError(`${object.name} emits no events: it is no EventEmitter`, {
        code: 'ERR_OXBOW_THREADS_NO_EVENTS',
      });
    },
    [Symbol.asyncDispose]: () => object.close(),
  };
  for (const name of methods) {
    if (name === 'close') continue;
    if (MEMBERS.includes(name)) {
      throw new UsageError(
        `${object.name} has a method "${name}", which an object in a thread has a meaning for (${MEMBERS.join(', ')}): ` +
          'give the method another name',
        { code: 'ERR_OXBOW_THREADS_RESERVED_NAME' },
      );
    }
    handle[name] = (...args: readonly unknown[]) => object.call(METHOD, '', name, args);
  }
  return handle;
}
