/**
 * What a WebSocket message is here: text as a string, binary as bytes; and how values of a codec become one.
 */
import { types } from 'node:util';
import type { Codec } from '@oxbow/codec';
import type { Message } from '../envelope/envelope.ts';
import { SocketInputError } from '../errors.ts';
import { Opcode } from '../protocol/opcode.ts';

export type { Message } from '../envelope/envelope.ts';

/** What may be sent: text, or any view of bytes. */
export type Sendable = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** What `send(value, codec)` needs of a codec. */
export type MessageEncoder<T> = Pick<Codec<T>, 'encode' | 'contentType'>;

/** A message and how it travels. */
export interface Outgoing {
  readonly opcode: Opcode;
  readonly data: Message;
}

/** The bytes behind a view or buffer, without copying. @throws SocketInputError for anything else */
export function toMessage(data: Sendable): Message {
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (types.isAnyArrayBuffer(data)) return new Uint8Array(data);
  const given = data === null ? 'null' : Array.isArray(data) ? 'an array' : `a ${typeof data}`;
  throw new SocketInputError(
    `A message is a string, a Uint8Array or another buffer; got ${given}. For other values name a codec: send(value, json()).`,
  );
}

/** A message out of what was sent, which is a value of the codec where there is one. */
export function toOutgoing<T>(value: T | Sendable, codec: MessageEncoder<T> | undefined): Outgoing {
  if (codec === undefined) {
    const data = toMessage(value as Sendable);
    return { opcode: opcodeOf(data), data };
  }
  if (typeof codec?.encode !== 'function') {
    throw new SocketInputError(`send(value, codec) takes a codec such as json(); got ${String(codec)}.`);
  }
  return { opcode: isTextual(codec) ? Opcode.TEXT : Opcode.BINARY, data: codec.encode(value as T) };
}

/** How a message travels. */
export function opcodeOf(message: Message): Opcode {
  return typeof message === 'string' ? Opcode.TEXT : Opcode.BINARY;
}

/** JSON and plain text travel as text, so that a page gets a string and a debugger shows it. */
function isTextual({ contentType }: { readonly contentType: string }): boolean {
  return contentType.startsWith('text/') || contentType.includes('json');
}

/** About what a message costs to hold, in KiB; at least 1. Capped, so that a single large one fills a buffer and no more. */
export function weighMessage(message: Message): number {
  const units = typeof message === 'string' ? message.length : message.byteLength;
  return Math.min(MAX_WEIGHT, 1 + (units >>> 10));
}

/** Messages, or KiB, that a socket holds for a reader before it stops reading from the peer. */
export const INBOUND_HIGH_WATER = 64;

const MAX_WEIGHT = INBOUND_HIGH_WATER;
