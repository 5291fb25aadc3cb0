/**
 * The object that a worker holds for its opener: made once, then called by the names of its methods.
 * It knows nothing of calls, slots or messages.
 */

import { EventEmitter } from 'node:events';
import { UsageError } from '@oxbow/loop';
import { nearestName } from '@oxbow/loop/lowlevel';
import type { ObjectDescription } from '../call/object-description.ts';

/** A function that a worker can call. */
export type Callable = (...args: readonly unknown[]) => unknown;

type Constructor = new (...args: readonly unknown[]) => object;

/** Made by the first call, and then called. */
export class ServedObject {
  readonly #emit: (event: string, args: readonly unknown[]) => void;
  readonly #forwarders = new Map<string, (...args: readonly unknown[]) => void>();
  #object: object | undefined;

  /** @param emit sends an event to the other side; throws what cannot cross */
  constructor(emit: (event: string, args: readonly unknown[]) => void) {
    this.#emit = emit;
  }

  /**
   * What makes the object by a class or a function: its result, perhaps a promise of it, is the description
   * of the object.
   */
  maker(made: Callable, name: string): Callable {
    return async (...args) => {
      const object = isClass(made) ? new (made as unknown as Constructor)(...args) : await made(...args);
      if (typeof object !== 'object' || object === null) {
        throw new UsageError(`${name}() gave no object to keep in the thread, but ${String(object)}`, {
          code: 'ERR_OXBOW_THREADS_NOT_AN_OBJECT',
        });
      }
      this.#object = object;
      return {
        methods: methodsOf(object),
        emits: object instanceof EventEmitter,
      } satisfies ObjectDescription;
    };
  }

  /** A method, looked up each time it is called. */
  method(name: string): Callable {
    return (...args) => {
      const object = this.#object as Record<string, unknown>;
      const method = object[name];
      if (typeof method === 'function') return Reflect.apply(method, object, args);
      const methods = methodsOf(object);
      const near = nearestName(name, methods);
      const hint =
        near === undefined ? `it has ${methods.join(', ') || 'no methods'}` : `did you mean "${near}"?`;
      throw new UsageError(`The object in the thread has no method "${name}": ${hint}`, {
        code: 'ERR_OXBOW_THREADS_NO_SUCH_FUNCTION',
      });
    };
  }

  /**
   * Closes the object by its own `close`, or as leaving a `using` block would; nothing happens when it has
   * neither.
   */
  close(): unknown {
    const object = this.#object as Partial<Record<string | symbol, unknown>> | undefined;
    const closer = object?.close ?? object?.[Symbol.asyncDispose] ?? object?.[Symbol.dispose];
    return typeof closer === 'function' ? Reflect.apply(closer, object, []) : undefined;
  }

  /** Begins to send an event, or ends it. */
  listen(event: string, yes: boolean): void {
    const emitter = this.#object as EventEmitter;
    const forwarder = this.#forwarders.get(event);
    if (yes && forwarder === undefined) {
      const made = (...args: readonly unknown[]): void => this.#emit(event, args);
      this.#forwarders.set(event, made);
      emitter.on(event, made);
    } else if (!yes && forwarder !== undefined) {
      this.#forwarders.delete(event);
      emitter.off(event, forwarder);
    }
  }
}

/**
 * A class must be called by `new`: its prototype cannot be replaced, as that of a function can. Node's own
 * say what they are.
 */
function isClass(made: Callable): boolean {
  const prototype = Object.getOwnPropertyDescriptor(made, 'prototype');
  if (prototype === undefined) return false;
  return prototype.writable === false || Function.prototype.toString.call(made).endsWith('{ [native code] }');
}

/** The names of its methods, inherited ones too, without those of EventEmitter and of every object. */
function methodsOf(object: object): string[] {
  const names = new Set<string>();
  for (let each = object; isOwn(each); each = Object.getPrototypeOf(each)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
    }
  }
  return [...names];
}

function isOwn(prototype: object | null): boolean {
  return prototype !== null && prototype !== Object.prototype && prototype !== EventEmitter.prototype;
}
