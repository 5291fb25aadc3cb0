/**
 * Finds file and line at which generators are suspended. The engine knows them and tells them through the
 * inspector, so nothing is recorded while the program runs. Asking blocks the thread for 50 to 100 ms, most
 * of it to learn the names of all scripts (Node 24.21, 2 cores, 2026-11).
 */

import type { InspectorNotification, Runtime, Session } from 'node:inspector';
import { requireBuiltin } from '../host/builtin.ts';
import { readablePlace } from './origin.ts';

/** The global under which the inspector finds the generators; it is there only while the inspector looks. */
const HANDOVER_SYMBOL = 'oxbow.debug.generators';

/**
 * Where each generator is suspended, `function (file:line:column)`; `undefined` for one that is running or
 * has ended.
 */
export type GeneratorLocations = ReadonlyMap<object, string | undefined>;

/**
 * Locates suspended generators of this thread. Plain `yield* inner()` shows the outer one only: the engine
 * holds no handle to what it delegates to.
 *
 * @throws where the inspector is not to be had, as under `--permission`
 */
export function locateGenerators(generators: readonly object[]): GeneratorLocations {
  const { Session } = requireBuiltin('node:inspector', 'Locating generators');
  const session = new Session();
  session.connect();
  const slots = globalThis as Record<symbol, unknown>;
  const handover = Symbol.for(HANDOVER_SYMBOL);
  slots[handover] = generators;
  try {
    const urls = new Map<string, string>();
    session.on(
      'Debugger.scriptParsed',
      ({ params }: InspectorNotification<{ scriptId: string; url: string }>) => {
        urls.set(params.scriptId, params.url);
      },
    );
    session.post('Debugger.enable');
    const expression = `globalThis[Symbol.for(${JSON.stringify(HANDOVER_SYMBOL)})]`;
    const array = evaluate(session, expression);
    const found = new Map<object, string | undefined>();
    for (const { name, value } of propertiesOf(session, array).result) {
      const generator = generators[Number(name)];
      if (generator === undefined || value?.objectId === undefined) continue;
      found.set(generator, placeOf(propertiesOf(session, value.objectId), urls));
    }
    return found;
  } finally {
    delete slots[handover];
    session.disconnect();
  }
}

/**
 * Where one generator is suspended, or `undefined` without an inspector. It blocks for 50 ms and more, so it
 * is for error messages only.
 */
export function placeOfGenerator(generator: object): string | undefined {
  try {
    return locateGenerators([generator]).get(generator);
  } catch {
    return undefined;
  }
}

// Within one thread the inspector answers before post() returns.

function evaluate(session: Session, expression: string): string {
  let objectId: string | undefined;
  session.post('Runtime.evaluate', { expression }, (error, answer) => {
    if (error === null) objectId = answer.result.objectId;
  });
  if (objectId === undefined) throw new Error('the inspector gave no answer');
  return objectId;
}

function propertiesOf(session: Session, objectId: string): Runtime.GetPropertiesReturnType {
  let properties: Runtime.GetPropertiesReturnType = { result: [] };
  session.post('Runtime.getProperties', { objectId, ownProperties: true }, (error, answer) => {
    if (error === null) properties = answer;
  });
  return properties;
}

function placeOf(
  generator: Runtime.GetPropertiesReturnType,
  urls: ReadonlyMap<string, string>,
): string | undefined {
  const internal = new Map(generator.internalProperties?.map(({ name, value }) => [name, value]));
  if (internal.get('[[GeneratorState]]')?.value !== 'suspended') return undefined;
  const location = internal.get('[[GeneratorLocation]]')?.value as
    | { scriptId: string; lineNumber: number; columnNumber: number }
    | undefined;
  if (location === undefined) return undefined;
  const name = functionName(internal.get('[[GeneratorFunction]]')?.description ?? '');
  const url = urls.get(location.scriptId) || 'unknown script';
  return readablePlace(`${name} (${url}:${location.lineNumber + 1}:${location.columnNumber + 1})`);
}

/** The name in the first line of a function's source: `function* name(`, or `*name(` of a method. */
function functionName(source: string): string {
  return /^[^(]*\*\s*([\w$#]+)\s*\(/.exec(source)?.[1] ?? '(anonymous)';
}
