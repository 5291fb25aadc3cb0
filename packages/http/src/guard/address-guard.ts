/**
 * Which IP addresses a request may connect to. A guard is asked on every hop, for IP literals too. It is asked with
 * the resolved address that is then connected to, not with a name, which may resolve differently a moment later.
 * Blocks: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates).
 */
import { isInBlock, parseAddress, parseBlock } from './ip-address.ts';

/** What a guard is asked: the address about to be connected to, and where it came from. */
export interface AddressTarget {
  /** The resolved address: a literal, never a name. */
  readonly address: string;
  readonly family: 4 | 6;
  /** The host of the URL, as written there (IPv6 without brackets). */
  readonly hostname: string;
  readonly port: number;
}

/** Says whether a connection to this address is allowed. Called at connect time, synchronously; a throw counts as no. */
export type AddressGuard = (target: AddressTarget) => boolean;

const SPECIAL_IPV4 = [
  '0.0.0.0/8', // "this network"
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
].map(parseBlock);

const SPECIAL_IPV6 = [
  '::/96', // unspecified, loopback, IPv4-compatible
  '64:ff9b:1::/48', // local-use NAT64
  '100::/64', // discard
  '2001::/23', // IETF protocol assignments, Teredo
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
  '5f00::/16', // segment routing
  'fc00::/7', // unique local
  'fe80::/10', // link-local
  'fec0::/10', // site-local, deprecated
  'ff00::/8', // multicast
].map(parseBlock);

/** IPv6 blocks that carry an IPv4 address, and the byte it starts at: the address is as public as what it carries. */
const EMBEDDED_IPV4 = [
  { block: parseBlock('::ffff:0:0/96'), at: 12 }, // IPv4-mapped, RFC 4291 §2.5.5.2
  { block: parseBlock('::ffff:0:0:0/96'), at: 12 }, // IPv4-translated, RFC 2765
  { block: parseBlock('64:ff9b::/96'), at: 12 }, // NAT64, RFC 6052
  { block: parseBlock('2002::/16'), at: 2 }, // 6to4, RFC 3056
];

function isPublicBytes(bytes: Uint8Array): boolean {
  if (bytes.length === 4) return !SPECIAL_IPV4.some((block) => isInBlock(bytes, block));
  for (const { block, at } of EMBEDDED_IPV4) {
    if (isInBlock(bytes, block)) return isPublicBytes(bytes.subarray(at, at + 4));
  }
  return !SPECIAL_IPV6.some((block) => isInBlock(bytes, block));
}

/**
 * Whether an IP literal is an address of the public internet: not loopback, private, link-local, multicast, reserved, or an
 * IPv6 form that carries such an IPv4 address (mapped, NAT64, 6to4). Anything that is not an IP literal is not public.
 *
 * @example
 * ```ts
 * import { isPublicAddress } from '@oxbow/http';
 *
 * console.log(isPublicAddress('192.168.0.1'), isPublicAddress('93.184.215.14')); // false true
 * ```
 */
export function isPublicAddress(address: string): boolean {
  const bytes = parseAddress(address);
  return bytes !== undefined && isPublicBytes(bytes);
}

const publicOnly: AddressGuard = (target) => isPublicAddress(target.address);

/** The guard behind an option value: `'any'` asks nobody (`undefined`), `'public'` is {@link isPublicAddress}. */
export function namedGuard(guard: 'any' | 'public' | AddressGuard): AddressGuard | undefined {
  if (guard === 'any') return undefined;
  return guard === 'public' ? publicOnly : guard;
}

/** Asks a guard; one that throws has not allowed anything. */
export function isAllowed(guard: AddressGuard | undefined, target: AddressTarget): boolean {
  if (guard === undefined) return true;
  try {
    return guard(target) === true;
  } catch {
    return false;
  }
}
