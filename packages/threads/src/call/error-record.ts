/**
 * Errors as plain data and back, so that what a function throws in a worker is caught here as what it was.
 * Its class is kept where both sides know it; its name, message, stack, code, fields and causes are always
 * kept.
 */

import {
  BrokenBarrierError,
  CancelledError,
  InvalidStateError,
  OxbowError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  UsageError,
} from '@oxbow/loop';
import {
  BacklogFullError,
  ObjectClosedError,
  PoolClosedError,
  UncloneableError,
  WorkerExitError,
} from '../errors.ts';
import { type Border, checkCrossing } from './crossing.ts';

/** A thrown value on its way. */
export type FailureRecord = ErrorRecord | ValueRecord;

/** An error as plain data. */
export interface ErrorRecord {
  readonly kind: 'error';
  /** The names of its classes, the most derived first. */
  readonly classes: readonly string[];
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own fields beside those above; `code` among them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause?: FailureRecord;
  /** Of an AggregateError. */
  readonly errors?: readonly FailureRecord[];
}

/** Something thrown that is no error. */
export interface ValueRecord {
  readonly kind: 'value';
  readonly value: unknown;
}

/** How many causes and nested errors are followed downwards; what lies deeper is described in words. */
const MAX_CAUSE_DEPTH = 16;

/** The classes that are the same on both sides. */
const knownClasses = new Map<string, { readonly prototype: object }>(
  [
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    AggregateError,
    OxbowError,
    CancelledError,
    TimeoutError,
    InvalidStateError,
    QueueEmpty,
    QueueFull,
    QueueShutDown,
    BrokenBarrierError,
    UsageError,
    WorkerExitError,
    BacklogFullError,
    PoolClosedError,
    ObjectClosedError,
    UncloneableError,
  ].map((each) => [each.name, each]),
);

/** Written apart from the fields. */
const OWN_ROOMS = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/**
 * A thrown value as plain data that can cross. It never throws: fields that cannot cross become words in
 * their place.
 */
export function recordFailure(thrown: unknown, border: Border, depth = 0): FailureRecord {
  try {
    return recordAsItIs(thrown, border, depth);
  } catch (error) {
    // It does not even say what it is: a revoked Proxy, a getter that throws.
    const message = `What was thrown cannot be read: ${String((error as Partial<Error> | undefined)?.message)}`;
    return {
      kind: 'error',
      classes: ['TypeError', 'Error'],
      name: 'TypeError',
      message,
      stack: undefined,
      fields: {},
    };
  }
}

function recordAsItIs(thrown: unknown, border: Border, depth: number): FailureRecord {
  if (depth > MAX_CAUSE_DEPTH) return { kind: 'value', value: `(deeper than ${MAX_CAUSE_DEPTH} causes)` };
  if (!(thrown instanceof Error)) return { kind: 'value', value: crossable(thrown, border) };
  if (thrown instanceof DOMException) return recordDomException(thrown, border, depth);
  return {
    kind: 'error',
    classes: classesOf(thrown),
    name: String(thrown.name),
    message: String(thrown.message),
    stack: typeof thrown.stack === 'string' ? thrown.stack : undefined,
    fields: fieldsOf(thrown, border),
    ...('cause' in thrown && { cause: recordFailure(thrown.cause, border, depth + 1) }),
    ...(thrown instanceof AggregateError && {
      errors: thrown.errors.map((each) => recordFailure(each, border, depth + 1)),
    }),
  };
}

/** Its name and message live in accessors, and its `code` follows from its name. */
function recordDomException(thrown: DOMException, border: Border, depth: number): ErrorRecord {
  return {
    kind: 'error',
    classes: ['DOMException'],
    name: thrown.name,
    message: thrown.message,
    stack: typeof thrown.stack === 'string' ? thrown.stack : undefined,
    fields: {},
    ...('cause' in thrown && { cause: recordFailure(thrown.cause, border, depth + 1) }),
  };
}

/**
 * The thrown value again. Classes only the other side knows become the nearest class known here, under their
 * own name.
 */
export function restoreFailure(record: FailureRecord): unknown {
  if (record.kind === 'value') return record.value;
  const error = emptyError(record);
  define(error, 'stack', record.stack);
  if (error.name !== record.name) define(error, 'name', record.name);
  for (const [key, value] of Object.entries(record.fields)) {
    Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
  }
  if (record.cause !== undefined) define(error, 'cause', restoreFailure(record.cause));
  if (record.errors !== undefined) define(error, 'errors', record.errors.map(restoreFailure));
  return error;
}

/** What the reason of a cancellation becomes on the other side: itself when it can cross, words otherwise. */
export function crossingReason(reason: unknown, border: Border): unknown {
  return reason instanceof Error ? reason.message : crossable(reason, border);
}

function emptyError(record: ErrorRecord): Error {
  if (record.classes[0] === 'DOMException') return new DOMException(record.message, record.name);
  const error = new Error(record.message);
  for (const name of record.classes) {
    const known = knownClasses.get(name);
    if (known === undefined) continue;
    Object.setPrototypeOf(error, known.prototype);
    break;
  }
  return error;
}

function classesOf(error: Error): string[] {
  const names: string[] = [];
  for (
    let prototype: unknown = Object.getPrototypeOf(error);
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const owner = (prototype as { readonly constructor?: unknown }).constructor;
    if (typeof owner === 'function') names.push(owner.name);
  }
  return names;
}

function fieldsOf(error: Error, border: Border): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (OWN_ROOMS.has(key)) continue;
    const value = (error as unknown as Record<string, unknown>)[key];
    fields[key] = value instanceof Error ? describe(value) : crossable(value, border);
  }
  return fields;
}

/** `value` when it can cross, words about it otherwise: an error must arrive, whatever it carries. */
function crossable(value: unknown, border: Border): unknown {
  try {
    // Nothing in an error is moved: its buffers are copied.
    checkCrossing(value, 'value', border);
    return value;
  } catch {
    return describe(value);
  }
}

function describe(value: unknown): string {
  if (value instanceof Error) return `(${value.name}: ${value.message})`;
  if (typeof value === 'function') return `(function ${value.name})`;
  if (typeof value === 'symbol') return `(${String(value)})`;
  const owner = (value as { readonly constructor?: { readonly name?: string } }).constructor;
  return `(${owner?.name ?? 'object'} that cannot cross)`;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
