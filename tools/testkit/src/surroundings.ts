/**
 * What the files of one process share: the globals, the environment, the process's listeners and its folder.
 */

/** A picture of them. */
export interface Surroundings {
  readonly globals: ReadonlyMap<string, PropertyDescriptor>;
  readonly env: ReadonlyMap<string, string>;
  readonly listeners: ReadonlyMap<string | symbol, number>;
  readonly folder: string;
}

/** Takes the picture. */
export function lookAround(): Surroundings {
  const globals = new Map<string, PropertyDescriptor>();
  // Under symbols, libraries keep what all copies of them share.
  for (const key of Object.getOwnPropertyNames(globalThis)) {
    // uvu's queue belongs to the runner.
    if (key.startsWith('UVU_')) continue;
    globals.set(key, Object.getOwnPropertyDescriptor(globalThis, key) as PropertyDescriptor);
  }
  return {
    globals,
    env: new Map(Object.entries(process.env) as [string, string][]),
    // A source may keep one listener for the end of the process, for all files.
    listeners: new Map(
      process
        .eventNames()
        .filter((event) => event !== 'exit')
        .map((event) => [event, process.listenerCount(event)]),
    ),
    folder: process.cwd(),
  };
}

/** What became different between two pictures, a few words each. */
export function differences(before: Surroundings, after: Surroundings): readonly string[] {
  const found: string[] = [];
  for (const key of keysOf(before.globals, after.globals)) {
    const was = before.globals.get(key);
    const is = after.globals.get(key);
    if (was === undefined) found.push(`globalThis.${key} is new`);
    else if (is === undefined) found.push(`globalThis.${key} is gone`);
    else if (isReplaced(was, is)) found.push(`globalThis.${key} is another`);
  }
  for (const name of keysOf(before.env, after.env)) {
    if (before.env.get(name) === after.env.get(name)) continue;
    found.push(`the environment's ${name} is ${after.env.has(name) ? 'set' : 'gone'}`);
  }
  for (const event of keysOf(before.listeners, after.listeners)) {
    const more = (after.listeners.get(event) ?? 0) - (before.listeners.get(event) ?? 0);
    if (more !== 0)
      found.push(`process has ${Math.abs(more)} '${String(event)}' listeners ${more > 0 ? 'more' : 'fewer'}`);
  }
  if (before.folder !== after.folder) found.push(`the current folder is ${after.folder}`);
  return found;
}

function keysOf<Key>(before: ReadonlyMap<Key, unknown>, after: ReadonlyMap<Key, unknown>): ReadonlySet<Key> {
  return new Set([...before.keys(), ...after.keys()]);
}

/** Node makes many globals when they are first read: the getter that does it, asked again, gives the value that is there. */
function isReplaced(was: PropertyDescriptor, is: PropertyDescriptor): boolean {
  if (was.get !== undefined && is.get === undefined) return was.get.call(globalThis) !== is.value;
  return was.get !== is.get || was.set !== is.set || !Object.is(was.value, is.value);
}
