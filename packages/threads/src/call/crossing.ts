/**
 * What may cross to another thread or process: everything that arrives as what it was. The structured clone
 * algorithm would drop classes, symbols and accessors in silence; here each is refused, with the place where
 * it stands.
 *
 * Source of the list: HTML §2.7.3 (StructuredSerializeInternal) and Node's own cloneable classes.
 */

import { types } from 'node:util';
import { UncloneableError } from '../errors.ts';
import { isTransferable, type Transferable, takeMark } from './transfer.ts';

/** Which side is meant: threads share memory and can be given ports, processes neither. */
export type Border = 'thread' | 'process';

/** Something that stopped the walk, and the way to it (innermost first, until the top turns it round). */
interface Obstacle {
  readonly what: string;
  readonly steps: string[];
}

interface Walk {
  readonly border: Border;
  /** Objects met already: cycles and shared parts are looked at once. Made when the first object is met. */
  seen: Set<object> | undefined;
  transfers: Transferable[] | undefined;
}

/** Prototypes of leaves: nothing below them can go wrong. */
const leaves = new Set<unknown>([
  Date.prototype,
  RegExp.prototype,
  Number.prototype,
  String.prototype,
  Boolean.prototype,
  BigInt.prototype,
  DataView.prototype,
  Buffer.prototype,
  Int8Array.prototype,
  Uint8Array.prototype,
  Uint8ClampedArray.prototype,
  Int16Array.prototype,
  Uint16Array.prototype,
  Int32Array.prototype,
  Uint32Array.prototype,
  Float32Array.prototype,
  Float64Array.prototype,
  BigInt64Array.prototype,
  BigUint64Array.prototype,
]);

/** The classes of errors that a clone keeps (V8 writes a tag for each). */
const clonedErrors = new Set<unknown>(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (each) => each.prototype,
  ),
);
/** What a clone keeps of an error. */
const CLONED_ERROR_FIELDS = new Set(['message', 'stack', 'cause']);

/**
 * Checks that `value` can cross, and collects what `transfer()` marked in it.
 *
 * @param name what the value is in the call, for the message: `argument 1`, `the result`
 * @returns what is to be moved; `undefined` when nothing is
 * @throws UncloneableError naming the path to the first part that cannot cross
 */
export function checkCrossing(value: unknown, name: string, border: Border): Transferable[] | undefined {
  if (isPlainPrimitive(value)) return undefined;
  const walk: Walk = { border, seen: undefined, transfers: undefined };
  let obstacle: Obstacle | undefined;
  try {
    obstacle = visit(value, walk);
  } catch (error) {
    // The clone itself recurses no deeper either.
    if (error instanceof RangeError) obstacle = { what: 'it is nested too deeply', steps: [] };
    else throw error;
  }
  if (obstacle === undefined) return walk.transfers;
  throw new UncloneableError(`${name}${obstacle.steps.reverse().join('')}`, obstacle.what);
}

function isPlainPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function visit(value: unknown, walk: Walk): Obstacle | undefined {
  switch (typeof value) {
    case 'function':
      return obstacle(`it is a function${nameOf(value)}; send data, and name a function of a module to call`);
    case 'symbol':
      return obstacle(`it is a symbol, ${String(value)}; symbols are equal to nothing on the other side`);
    case 'object':
      return value === null ? undefined : visitObject(value, walk);
    default:
      return undefined;
  }
}

function visitObject(value: object, walk: Walk): Obstacle | undefined {
  walk.seen ??= new Set();
  if (walk.seen.has(value)) return undefined;
  walk.seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) && prototype === Array.prototype) return visitArray(value, walk);
  if (isPlainPrototype(prototype)) return visitFields(value, walk);
  if (leaves.has(prototype)) return ArrayBuffer.isView(value) ? visitBytes(value.buffer, walk) : undefined;
  if (prototype === Map.prototype) return visitMap(value as Map<unknown, unknown>, walk);
  if (prototype === Set.prototype) return visitSet(value as Set<unknown>, walk);
  if (types.isAnyArrayBuffer(value)) return visitBytes(value, walk);
  if (types.isNativeError(value)) return visitError(value, prototype, walk);
  if (isTransferable(value)) return visitTransferable(value, walk);
  if (walk.border === 'thread' && isSharedHandle(value)) return undefined;
  return obstacle(refusalOf(value, walk.border));
}

function visitArray(value: readonly unknown[], walk: Walk): Obstacle | undefined {
  for (let index = 0; index < value.length; index++) {
    const each = value[index];
    if (typeof each === 'number' || typeof each === 'string') continue;
    const found = visit(each, walk);
    if (found !== undefined) return passing(found, `[${index}]`);
  }
  return undefined;
}

function visitFields(value: object, walk: Walk): Obstacle | undefined {
  for (const key of Object.keys(value)) {
    const found = visit((value as Record<string, unknown>)[key], walk);
    if (found !== undefined) return passing(found, stepOf(key));
  }
  for (const key of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, key)) {
      return passing(obstacle('its key is a symbol and would be lost'), `[${String(key)}]`);
    }
  }
  return undefined;
}

function visitMap(value: ReadonlyMap<unknown, unknown>, walk: Walk): Obstacle | undefined {
  let index = 0;
  for (const [key, each] of value) {
    const inKey = visit(key, walk);
    if (inKey !== undefined) return passing(inKey, `.keys()[${index}]`);
    const inValue = visit(each, walk);
    if (inValue !== undefined) {
      return passing(
        inValue,
        isPlainPrimitive(key) ? `.get(${JSON.stringify(String(key))})` : `.values()[${index}]`,
      );
    }
    index++;
  }
  return undefined;
}

function visitSet(value: ReadonlySet<unknown>, walk: Walk): Obstacle | undefined {
  let index = 0;
  for (const each of value) {
    const found = visit(each, walk);
    if (found !== undefined) return passing(found, `.values()[${index}]`);
    index++;
  }
  return undefined;
}

function visitBytes(buffer: ArrayBufferLike, walk: Walk): Obstacle | undefined {
  if (types.isSharedArrayBuffer(buffer)) {
    return walk.border === 'thread'
      ? undefined
      : obstacle('it is shared memory, which processes cannot share: copy it, or use a ThreadPool');
  }
  if ((buffer as ArrayBuffer).detached) {
    return obstacle('its ArrayBuffer is detached: it was moved before');
  }
  if (takeMark(buffer) && walk.border === 'thread') push(walk, buffer as ArrayBuffer);
  return undefined;
}

function visitError(error: Error, prototype: unknown, walk: Walk): Obstacle | undefined {
  if (!clonedErrors.has(prototype)) {
    return obstacle(`it is an instance of ${className(error)}, whose class and fields would be lost`);
  }
  for (const key of Object.keys(error)) {
    if (!CLONED_ERROR_FIELDS.has(key))
      return passing(obstacle('an error would lose this field'), stepOf(key));
  }
  const found = visit(error.cause, walk);
  return found === undefined ? undefined : passing(found, '.cause');
}

function visitTransferable(value: Transferable, walk: Walk): Obstacle | undefined {
  const kind = className(value);
  if (walk.border === 'process') return obstacle(`it is a ${kind}, which cannot leave its process`);
  if (!takeMark(value)) return obstacle(`it is a ${kind}, which can only be moved: wrap it in transfer(…)`);
  push(walk, value);
  return undefined;
}

function push(walk: Walk, value: Transferable): void {
  walk.transfers ??= [];
  walk.transfers.push(value);
}

/** An object literal's prototype, of this realm or of another. */
function isPlainPrototype(prototype: unknown): boolean {
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** Handles to what the threads of a process share. */
function isSharedHandle(value: object): boolean {
  return (
    value instanceof Blob ||
    Object.prototype.toString.call(value) === '[object WebAssembly.Module]' ||
    types.isKeyObject(value) ||
    types.isCryptoKey(value)
  );
}

function refusalOf(value: object, border: Border): string {
  if (types.isPromise(value)) return 'it is a promise; await it first';
  if (value instanceof URL) return 'it is a URL, which would lose its class; send its href';
  if (border === 'process' && isSharedHandle(value)) {
    return `it is a ${className(value)}, which cannot leave its process`;
  }
  return `it is an instance of ${className(value)}, which would lose its class; send a plain object of its data`;
}

function className(value: object): string {
  const made = (value as { readonly constructor?: unknown }).constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'a class';
}

function nameOf(fn: unknown): string {
  const { name } = fn as { readonly name: unknown };
  return typeof name === 'string' && name !== '' ? ` (${name})` : '';
}

function obstacle(what: string): Obstacle {
  return { what, steps: [] };
}

function passing(found: Obstacle, step: string): Obstacle {
  found.steps.push(step);
  return found;
}

function stepOf(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** `checkCrossing` for the arguments of a call. */
export function checkArguments(
  args: readonly unknown[],
  border: Border,
): readonly Transferable[] | undefined {
  let all: Transferable[] | undefined;
  for (let index = 0; index < args.length; index++) {
    const transfers = checkCrossing(args[index], `argument ${index + 1}`, border);
    if (transfers === undefined) continue;
    if (all === undefined) all = transfers;
    else all.push(...transfers);
  }
  return all;
}
