/**
 * Whether this program keeps contexts of its own: another AsyncLocalStorage than the loop's, of a logger or a tracer.
 *
 * Contexts have to be carried into tasks and callbacks only if there are any. Asking Node for them at every creation would add
 * a tenth to a half to its cost. So the loop lays a wire: `run` and `enterWith` of AsyncLocalStorage's prototype tell of their
 * first use, and are put back as they were at that moment. The loop's own storage has Node's methods as its own properties and
 * goes past the wire.
 *
 * Copies of this package share one wire: the second finds that of the first and listens to it. Where the prototype cannot be
 * written, contexts are carried from the start. What is not seen: a method that somebody took from the prototype before this
 * module was loaded, and calls by itself.
 */

import {
  AsyncLocalStorage,
  AsyncResource,
  type ContextStorage,
  followsPromises,
} from '../host/async-context.ts';

/** The methods that enter a context; every other way in (`exit`, `withScope`, channels' bound stores) calls one of them. */
const ENTRIES = ['run', 'enterWith'] as const;

type Entry = (typeof ENTRIES)[number];
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What the methods on the wire carry, so that another copy of this package finds it. */
interface Wire {
  readonly native: Readonly<Record<Entry, PropertyDescriptor>>;
  readonly alarms: Set<() => void>;
}

const WIRE = Symbol.for('oxbow.loop.contextWire');

/** An object, since V8 takes it for a constant then, and code that asks it for nothing. */
export const contexts: { foreign: boolean } = { foreign: false };

/** Called when the first context of somebody else's is entered, before it is. */
let onFirst: () => void = () => {};

/** Sets what is called once when contexts have to be carried from now on. */
export function whenFirstEntered(listener: () => void): void {
  onFirst = listener;
}

function seen(): void {
  if (contexts.foreign) return;
  contexts.foreign = true;
  onFirst();
}

/** Whether something was entered where this resource was made. It looks into what Node keeps in a resource. */
export function carriesContext(resource: object): boolean {
  return Object.getOwnPropertySymbols(resource).some((symbol) => {
    const kept: unknown = Reflect.get(resource, symbol);
    // In frames, the frame is a Map of stores to values; else each store has a symbol, on the resource or on an object of it.
    const entries = entriesOf(kept);
    if (entries !== undefined) return entries > 0;
    if (symbol.description === 'kResourceStore') return kept !== undefined;
    return typeof kept === 'object' && kept !== null && carriesContext(kept);
  });
}

const sizeOf = Object.getOwnPropertyDescriptor(Map.prototype, 'size')!.get!;

/** How many entries a Map has, of whatever prototype (Node's own have another); `undefined` for what is none. */
function entriesOf(value: unknown): number | undefined {
  try {
    return sizeOf.call(value) as number;
  } catch {
    return undefined;
  }
}

/** Puts the wire on a prototype, or listens to the one that lies there. Throws when it cannot be written. */
export function layWire(prototype: object, alarm: () => void): Wire['native'] {
  const laid = (Reflect.get(prototype, 'run') as { [WIRE]?: Wire })[WIRE];
  if (laid !== undefined) {
    laid.alarms.add(alarm);
    return laid.native;
  }
  const native = {
    run: Object.getOwnPropertyDescriptor(prototype, 'run')!,
    enterWith: Object.getOwnPropertyDescriptor(prototype, 'enterWith')!,
  };
  const wire: Wire = { native, alarms: new Set([alarm]) };
  for (const name of ENTRIES) {
    const method = native[name].value as Method;
    const wired = {
      [name](this: unknown, ...args: unknown[]): unknown {
        takeOff(prototype, wire);
        return Reflect.apply(method, this, args);
      },
    }[name]!;
    Object.defineProperty(wired, WIRE, { value: wire });
    Object.defineProperty(prototype, name, { ...native[name], value: wired });
  }
  return native;
}

/** The first use: all is as before, and every copy of this package knows. */
function takeOff(prototype: object, wire: Wire): void {
  for (const name of ENTRIES) {
    const present = Object.getOwnPropertyDescriptor(prototype, name);
    // Somebody who has put a method of their own in front of the wire keeps it.
    if (present?.value?.[WIRE] !== wire) continue;
    try {
      Object.defineProperty(prototype, name, wire.native[name]);
    } catch {
      // Frozen since: the wire stays, and costs a call.
    }
  }
  for (const alarm of wire.alarms) alarm();
  wire.alarms.clear();
}

/** The loop's own storage, whose use says nothing of anybody else. */
export function ownStorage<T>(): ContextStorage<T> {
  const storage = new AsyncLocalStorage<T>();
  // The stand-in of a page is this package's alone.
  if (!followsPromises) return storage;
  if (carriesContext(new AsyncResource('OxbowProbe'))) contexts.foreign = true;
  if (contexts.foreign) return storage;
  try {
    const native = layWire(AsyncLocalStorage.prototype as object, seen);
    for (const name of ENTRIES) Object.defineProperty(storage, name, { value: native[name].value });
  } catch {
    contexts.foreign = true;
  }
  return storage;
}
