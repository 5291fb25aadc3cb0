/**
 * The payload of a Close frame (RFC 6455 §5.5.1, §7.1.5–7.1.6), read and written.
 */
import { CloseCode, isWireCloseCode } from './close-code.ts';
import { ProtocolViolation } from './errors.ts';
import { MAX_CONTROL_PAYLOAD_BYTES } from './limits.ts';
import type { TextCodec } from './text-codec.ts';

/** The bytes left for a close reason beside its code. */
export const MAX_CLOSE_REASON_BYTES: number = MAX_CONTROL_PAYLOAD_BYTES - 2;

/** A Close frame's content; `code` is undefined for an empty payload. */
export interface ClosePayload {
  readonly code: number | undefined;
  readonly reason: string;
}

/** @throws ProtocolViolation: 1002 for a lone byte or a code that may not be sent, 1007 for a reason that is not UTF-8 */
export function readClosePayload(payload: Uint8Array, text: TextCodec): ClosePayload {
  if (payload.length === 0) return { code: undefined, reason: '' };
  if (payload.length === 1) {
    // RFC 6455 §5.5.1: if there is a body, its first two bytes are the status code.
    throw new ProtocolViolation('PROTOCOL', CloseCode.PROTOCOL_ERROR, 'a Close frame has half a status code');
  }
  const code = (payload[0]! << 8) | payload[1]!;
  if (!isWireCloseCode(code)) {
    const message = `a Close frame carries ${code}, which may not be sent`;
    throw new ProtocolViolation('PROTOCOL', CloseCode.PROTOCOL_ERROR, message);
  }
  const reason = text.decode(payload, 2, payload.length);
  if (reason === undefined) {
    throw new ProtocolViolation('INVALID_UTF8', CloseCode.INVALID_PAYLOAD, 'a close reason is not UTF-8');
  }
  return { code, reason };
}

/**
 * Writes a Close frame's payload; a reason that is too long is cut at a whole code point.
 *
 * @param code a code for the wire, or undefined for an empty payload
 */
export function writeClosePayload(code: number | undefined, reason: string, text: TextCodec): Uint8Array {
  if (code === undefined) return new Uint8Array(0);
  const cut = fitReason(reason, text);
  const payload = text.allocate(2 + text.byteLength(cut));
  payload[0] = code >>> 8;
  payload[1] = code;
  text.write(cut, payload, 2);
  return payload;
}

function fitReason(reason: string, text: TextCodec): string {
  // A code unit is at least one byte, so this first cut bounds the loop.
  let cut = reason.slice(0, MAX_CLOSE_REASON_BYTES);
  while (text.byteLength(cut) > MAX_CLOSE_REASON_BYTES) cut = cut.slice(0, -1);
  // The cut may have parted a surrogate pair; half of it would become U+FFFD.
  const last = cut.charCodeAt(cut.length - 1);
  const isPartedPair = cut.length < reason.length && last >= 0xd800 && last <= 0xdbff;
  return isPartedPair ? cut.slice(0, -1) : cut;
}
