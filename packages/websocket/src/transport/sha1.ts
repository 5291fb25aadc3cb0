/**
 * The hash of the handshake (RFC 6455 §4.2.2), for the protocol core.
 */
import { createHash } from 'node:crypto';

/** SHA-1 in base64. It proves here that the server understood, and protects nothing. */
export function sha1Base64(text: string): string {
  return createHash('sha1').update(text, 'latin1').digest('base64');
}
