/**
 * What may be sent from a page, checked before anything else happens to it: the browser itself would send "[object Object]".
 */
import type { Message } from '../envelope/envelope.ts';
import { BrowserSocketError } from './browser-socket-error.ts';

/** What may be sent: text, or bytes in any view or buffer. */
export type BrowserSendable = string | ArrayBufferView | ArrayBuffer;

/** What `send(value, codec)` needs of a codec; those of `@oxbow/codec` fit. */
export interface ValueEncoder<T> {
  readonly contentType: string;
  encode(value: T): Uint8Array;
}

const decoder = new TextDecoder();

/** @throws BrowserSocketError `ERR_OXBOW_WS_INPUT` for what is neither text nor bytes */
export function toMessage(data: unknown): Message {
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const given = data === null ? 'null' : Array.isArray(data) ? 'an array' : `a ${typeof data}`;
  throw new BrowserSocketError(
    'ERR_OXBOW_WS_INPUT',
    `A message is a string, a Uint8Array or another buffer; got ${given}. For other values name a codec: send(value, codec).`,
  );
}

/** A message out of a value; JSON and plain text travel as text. */
export function encoded<T>(value: T, codec: ValueEncoder<T>): Message {
  const bytes = codec.encode(value);
  const isText = codec.contentType.startsWith('text/') || codec.contentType.includes('json');
  return isText ? decoder.decode(bytes) : bytes;
}
