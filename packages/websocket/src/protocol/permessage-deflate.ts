/**
 * permessage-deflate (RFC 7692): what a client offers, what a server agrees to, what a client accepts; and what is needed of
 * a host to compress and decompress. It negotiates and compresses nothing itself.
 *
 *   parameter                    offered (§7.1)                  agreed
 *   server_no_context_takeover   the server must forget          the server forgets its context after every message
 *   client_no_context_takeover   a hint: the client can forget   the client must forget
 *   server_max_window_bits=8…15  the client's memory             the server uses no larger window
 *   client_max_window_bits[=…]   the client can be told          the client must use no larger window
 */
import { type Extension, parseExtensions } from './extension-list.ts';

/** The extension's name in the handshake (§7). */
export const EXTENSION_NAME = 'permessage-deflate';

/** The bit of a data frame's first byte that says "compressed" (§6: RSV1). */
export const COMPRESSED = 0x40;

/** LZ77 windows as powers of two (§7.1.2). */
export const MIN_WINDOW_BITS = 8;
export const MAX_WINDOW_BITS = 15;

/** What one side would have, each option from its own point of view. */
export interface DeflateTerms {
  /** The largest window for what we send. */
  readonly windowBits: number;
  /** The largest window for what the peer sends: our memory. */
  readonly peerWindowBits: number;
  /** Whether we keep our context from message to message, when the peer lets us. */
  readonly contextTakeover: boolean;
  /** Whether the peer may keep its: costs a window of memory here. */
  readonly peerContextTakeover: boolean;
}

/** What was agreed on, from one side's point of view. */
export type DeflateAgreement = DeflateTerms;

/** Decompresses the messages of one connection. */
export interface Inflater {
  /**
   * Decompresses one whole message (§7.2.2), `bytes[start…end)`.
   *
   * @param maxBytes where it stops, while decompressing and not after
   */
  inflate(bytes: Uint8Array, start: number, end: number, maxBytes: number): InflateOutcome;
}

/** What becomes of a compressed message. */
export type InflateOutcome = Uint8Array | 'too-big' | 'broken';

/** Compresses the messages of one connection. */
export interface Deflater {
  /** Whether a message of that many bytes is to be compressed. */
  wants(payloadBytes: number): boolean;
  /** The most bytes that compressing so many can make. */
  boundBytes(payloadBytes: number): number;
  /** One whole message, without the four bytes that §7.2.1 takes away. undefined when that is no gain. */
  deflate(payload: Uint8Array): Uint8Array | undefined;
}

interface Parameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | undefined;
  /** true: the client can be told a number. */
  readonly clientMaxWindowBits: number | true | undefined;
}

/** What a client puts into Sec-WebSocket-Extensions. */
export function offerDeflate(terms: DeflateTerms): string {
  const parts = [EXTENSION_NAME];
  if (!terms.peerContextTakeover) parts.push('server_no_context_takeover');
  if (!terms.contextTakeover) parts.push('client_no_context_takeover');
  if (terms.peerWindowBits < MAX_WINDOW_BITS) parts.push(`server_max_window_bits=${terms.peerWindowBits}`);
  parts.push(
    terms.windowBits < MAX_WINDOW_BITS
      ? `client_max_window_bits=${terms.windowBits}`
      : 'client_max_window_bits',
  );
  return parts.join('; ');
}

/**
 * A server's answer to what a client offers: the first offer that is one (§5.1: the client's order is its preference).
 *
 * @returns undefined when there is none, or the header breaks the grammar: the connection goes on without
 */
export function acceptDeflate(
  header: string | undefined,
  terms: DeflateTerms,
): { readonly agreement: DeflateAgreement; readonly answer: string } | undefined {
  for (const extension of parseExtensions(header) ?? []) {
    if (extension.name !== EXTENSION_NAME) continue;
    const offer = parametersOf(extension, true);
    // §7.1: an offer with a parameter that is unknown, twice, or out of range is declined.
    if (offer !== undefined) return agree(offer, terms);
  }
  return undefined;
}

function agree(
  offer: Parameters,
  terms: DeflateTerms,
): { readonly agreement: DeflateAgreement; readonly answer: string } {
  const windowBits = Math.min(terms.windowBits, offer.serverMaxWindowBits ?? MAX_WINDOW_BITS);
  const contextTakeover = terms.contextTakeover && !offer.serverNoContextTakeover;
  // §7.1.2.2: a client that did not offer it cannot be told a window; then it may use the largest.
  const { clientMaxWindowBits: most } = offer;
  const mayTell = most !== undefined;
  const peerWindowBits = mayTell
    ? Math.min(terms.peerWindowBits, most === true ? MAX_WINDOW_BITS : most)
    : MAX_WINDOW_BITS;
  const peerContextTakeover = terms.peerContextTakeover && !offer.clientNoContextTakeover;
  const parts = [EXTENSION_NAME];
  if (!contextTakeover) parts.push('server_no_context_takeover');
  if (!peerContextTakeover) parts.push('client_no_context_takeover');
  if (windowBits < MAX_WINDOW_BITS || offer.serverMaxWindowBits !== undefined) {
    parts.push(`server_max_window_bits=${windowBits}`);
  }
  if (mayTell && peerWindowBits < MAX_WINDOW_BITS) parts.push(`client_max_window_bits=${peerWindowBits}`);
  return {
    agreement: { windowBits, peerWindowBits, contextTakeover, peerContextTakeover },
    answer: parts.join('; '),
  };
}

/**
 * A client's judgement of the server's answer (§5.1, §7.1).
 *
 * @param terms what was offered; undefined when nothing was
 * @returns what was agreed on, undefined for no extension, or a sentence that says what is wrong
 */
export function judgeDeflate(
  header: string | undefined,
  terms: DeflateTerms | undefined,
): DeflateAgreement | undefined | { readonly problem: string } {
  const extensions = parseExtensions(header);
  if (extensions === undefined) return { problem: 'Sec-WebSocket-Extensions is malformed' };
  const [extension, ...others] = extensions;
  if (extension === undefined) return undefined;
  if (terms === undefined || others.length > 0 || extension.name !== EXTENSION_NAME) {
    return { problem: 'the server chose an extension that was not offered' };
  }
  const answer = parametersOf(extension, false);
  if (answer === undefined) return { problem: 'the server answered permessage-deflate with bad parameters' };
  if (!terms.peerContextTakeover && !answer.serverNoContextTakeover) {
    return { problem: 'the server did not agree to server_no_context_takeover' };
  }
  const peerWindowBits = answer.serverMaxWindowBits ?? MAX_WINDOW_BITS;
  if (peerWindowBits > terms.peerWindowBits) {
    return { problem: `the server wants a window of ${peerWindowBits} bits, over ${terms.peerWindowBits}` };
  }
  const told = typeof answer.clientMaxWindowBits === 'number' ? answer.clientMaxWindowBits : MAX_WINDOW_BITS;
  return {
    windowBits: Math.min(terms.windowBits, told),
    peerWindowBits,
    contextTakeover: terms.contextTakeover && !answer.clientNoContextTakeover,
    peerContextTakeover: !answer.serverNoContextTakeover,
  };
}

/** @param isOffer whether `client_max_window_bits` may come without a value (§7.1.2.2: only then) */
function parametersOf({ parameters }: Extension, isOffer: boolean): Parameters | undefined {
  const seen = new Map<string, string | true>();
  for (const [name, value] of parameters) {
    if (seen.has(name) || !isKnown(name, value, isOffer)) return undefined;
    seen.set(name, value);
  }
  const client = seen.get('client_max_window_bits');
  const server = seen.get('server_max_window_bits');
  return {
    serverNoContextTakeover: seen.has('server_no_context_takeover'),
    clientNoContextTakeover: seen.has('client_no_context_takeover'),
    serverMaxWindowBits: server === undefined ? undefined : Number(server),
    clientMaxWindowBits: client === undefined || client === true ? client : Number(client),
  };
}

function isKnown(name: string, value: string | true, isOffer: boolean): boolean {
  switch (name) {
    case 'server_no_context_takeover':
    case 'client_no_context_takeover':
      return value === true;
    case 'server_max_window_bits':
      return isWindowBits(value);
    case 'client_max_window_bits':
      return value === true ? isOffer : isWindowBits(value);
    default:
      return false;
  }
}

/** §7.1.2.1: 8 to 15 in decimal, without leading zeros. */
function isWindowBits(value: string | true): boolean {
  return typeof value === 'string' && ['8', '9', '10', '11', '12', '13', '14', '15'].includes(value);
}
