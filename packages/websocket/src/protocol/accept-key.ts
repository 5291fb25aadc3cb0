/**
 * Sec-WebSocket-Key and Sec-WebSocket-Accept (RFC 6455 §1.3, §4.1, §4.2.2): the proof that the server read the
 * request as a WebSocket handshake. The hash is passed in.
 */

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** SHA-1 of a Latin-1 string, in base64. */
export type Sha1Base64 = (text: string) => string;

/** The accept value for a key (§4.2.2 item 5.4). */
export function acceptKey(key: string, sha1: Sha1Base64): string {
  return sha1(key + GUID);
}

/** Whether a key is 16 bytes in base64 (§4.1 item 7): 22 digits, of which the last holds two bits, and two signs. */
export function isHandshakeKey(key: string): boolean {
  if (key.length !== 24 || !key.endsWith('==')) return false;
  for (let i = 0; i < 22; i += 1) {
    if (!isBase64Digit(key.charCodeAt(i))) return false;
  }
  return 'AQgw'.includes(key[21]!);
}

function isBase64Digit(code: number): boolean {
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2f;
}
