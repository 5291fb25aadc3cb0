/**
 * IP address literals as bytes, and CIDR blocks to match them against.
 * Knows nothing of which blocks are dangerous (address-guard.ts) and never resolves a name.
 * Text forms: RFC 4291 §2.2 for IPv6, dotted decimal for IPv4.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** A CIDR block: the first `prefixBits` bits of `bytes` (4 for IPv4, 16 for IPv6) are what an address must share. */
export interface AddressBlock {
  readonly bytes: Uint8Array;
  readonly prefixBits: number;
}

function parseIpv4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

function parseIpv6(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  // RFC 4291 §2.2.3: the last four bytes may be written as an IPv4 address.
  const tail = text.lastIndexOf(':') + 1;
  let hex = text;
  if (text.includes('.')) {
    const [a = 0, b = 0, c = 0, d = 0] = parseIpv4(text.slice(tail));
    hex = `${text.slice(0, tail)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', rest] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  for (let i = 0; i < 8; i++) {
    const group = Number.parseInt(groups[i] ?? '0', 16);
    bytes[i * 2] = group >> 8;
    bytes[i * 2 + 1] = group & 0xff;
  }
  return bytes;
}

/** The bytes of an IP literal, 4 or 16 of them; `undefined` when the text is not one. A zone (`fe80::1%eth0`) is ignored. */
export function parseAddress(text: string): Uint8Array | undefined {
  const zone = text.indexOf('%');
  const bare = zone === -1 ? text : text.slice(0, zone);
  if (isIPv4(bare)) return parseIpv4(bare);
  if (isIPv6(bare)) return parseIpv6(bare);
  return undefined;
}

/** Reads `10.0.0.0/8` or `fe80::/10`. The text is the program's own: a malformed one throws a TypeError. */
export function parseBlock(cidr: string): AddressBlock {
  const slash = cidr.indexOf('/');
  const bytes = parseAddress(cidr.slice(0, slash));
  if (slash === -1 || bytes === undefined) throw new TypeError(`not a CIDR block: ${cidr}`);
  return { bytes, prefixBits: Number(cidr.slice(slash + 1)) };
}

/** Whether an address (as bytes) lies in a block of the same family. */
export function isInBlock(address: Uint8Array, block: AddressBlock): boolean {
  if (address.length !== block.bytes.length) return false;
  let bits = block.prefixBits;
  for (let i = 0; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if (((address[i] ?? 0) & mask) !== ((block.bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}
