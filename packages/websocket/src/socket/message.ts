/**
 * What a WebSocket message is here: text as a string, binary as bytes.
 */
import { types } from 'node:util';
import { SocketInputError } from '../errors.ts';

/** A message: text, or bytes. */
export type Message = string | Uint8Array;

/** What may be sent: text, or any view of bytes. */
export type Sendable = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** The bytes behind a view or buffer, without copying. @throws SocketInputError for anything else */
export function toMessage(data: Sendable): Message {
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (types.isAnyArrayBuffer(data)) return new Uint8Array(data);
  const given = data === null ? 'null' : Array.isArray(data) ? 'an array' : `a ${typeof data}`;
  throw new SocketInputError(
    `A message is a string, a Uint8Array or another buffer; got ${given}. For objects use socket.messages(codec), or JSON.stringify.`,
  );
}

/** About what a message costs to hold, in KiB; at least 1. Capped, so that a single large one fills a buffer and no more. */
export function weighMessage(message: Message): number {
  const units = typeof message === 'string' ? message.length : message.byteLength;
  return Math.min(MAX_WEIGHT, 1 + (units >>> 10));
}

/** Messages, or KiB, that a socket holds for a reader before it stops reading from the peer. */
export const INBOUND_HIGH_WATER = 64;

const MAX_WEIGHT = INBOUND_HIGH_WATER;
