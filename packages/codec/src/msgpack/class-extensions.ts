/**
 * Classes of the caller's own, kept to the codec that lists them.
 *
 * msgpackr has one registry for the whole process: a class or a type number that one part of a program registers means the same
 * for all others. So no codec leaves anything in it. For writing, instances are replaced by `Payload`, the one class of ours that
 * msgpackr knows; it brings its type number along. For reading, the codec's readers stand in msgpackr's table while its own
 * messages are read, and then what stood there before is back.
 */

import { addExtension, unpack } from 'msgpackr';
import type { ExtensionClass, ExtensionWhitelist } from './extensions.ts';

/** The bytes of an instance, and the type number they travel under. */
class Payload {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

type Reader = (bytes: Uint8Array) => unknown;
type ReaderTable = Record<number, Reader | undefined>;

/** Types from 0x80 on belong to the MessagePack specification, which gives this one no meaning. */
const PROBE_TYPE = 0x80;

let readerTable: ReaderTable | undefined;

/** `value` with its instances of the codec's classes ready for msgpackr; copies what holds any value. */
export function withPayloads(value: unknown, extensions: ExtensionWhitelist): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entry = extensions.classOf(value);
  if (entry !== undefined) {
    registerPayload();
    return new Payload(entry.type, entry.encode(value));
  }
  const inner = (item: unknown): unknown => withPayloads(item, extensions);
  if (Array.isArray(value)) return Array.from(value, inner);
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [inner(key), inner(item)]));
  if (value instanceof Set) return new Set(Array.from(value, inner));
  if (value instanceof Error) return Object.assign(copyOf(value), { cause: inner(value.cause) });
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (value instanceof Date || value instanceof RegExp) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

/** Calls `read` while the types of `classes` are read as they say. */
export function withReaders<T>(classes: readonly ExtensionClass[], read: () => T): T {
  readerTable ??= findReaderTable();
  const table = readerTable;
  const before = classes.map(({ type }) => table[type]);
  for (const entry of classes) table[entry.type] = (bytes) => entry.decode(bytes);
  try {
    return read();
  } finally {
    classes.forEach(({ type }, index) => {
      table[type] = before[index];
    });
  }
}

/** An error of which msgpackr writes the same name and message. */
function copyOf(error: Error): Error {
  const copy = new Error(error.message);
  copy.name = error.name;
  return copy;
}

const payloadExtension = {
  Class: Payload,
  // msgpackr looks at the type after `pack`, and files readers under it before: a name is in no message's way.
  type: 'payload' as string | number,
  pack({ type, bytes }: Payload): Uint8Array {
    payloadExtension.type = type;
    return bytes;
  },
};
let isPayloadRegistered = false;

function registerPayload(): void {
  if (isPayloadRegistered) return;
  addExtension(payloadExtension as Parameters<typeof addExtension>[0]);
  isPayloadRegistered = true;
}

/** msgpackr calls a reader as a member of its table, which it gives out in no other way. */
function findReaderTable(): ReaderTable {
  let found: ReaderTable | undefined;
  addExtension({
    type: PROBE_TYPE,
    unpack(this: unknown) {
      found = this as ReaderTable;
    },
  } as Parameters<typeof addExtension>[0]);
  unpack(Uint8Array.of(0xc7, 1, PROBE_TYPE, 0));
  if (found?.[PROBE_TYPE] === undefined) {
    throw new Error(
      'this release of msgpackr keeps its extension types elsewhere: use the one that @oxbow/codec names',
    );
  }
  delete found[PROBE_TYPE];
  return found;
}
