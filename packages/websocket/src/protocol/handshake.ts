/**
 * The opening handshake (RFC 6455 §4) on parsed HTTP heads: the server's judgement of a request and its reply, the
 * client's request headers and its judgement of the reply. It reads no bytes and knows no HTTP library.
 */
import { acceptKey, isHandshakeKey, type Sha1Base64 } from './accept-key.ts';
import { listHas } from './header-list.ts';
import {
  acceptDeflate,
  type DeflateAgreement,
  type DeflateTerms,
  judgeDeflate,
  offerDeflate,
} from './permessage-deflate.ts';
import { chooseSubprotocol, offeredSubprotocols } from './subprotocol.ts';

/** Header values by lower-case name, repeated ones joined by commas. Only own properties count. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The only version there is (§4.1 item 9). */
export const WEBSOCKET_VERSION = '13';

/** What of an HTTP request matters here. */
export interface UpgradeRequest {
  readonly method: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  readonly headers: Headers;
  /** How many Host fields there are. */
  readonly hosts: number;
  /** Whether it is a CONNECT for this protocol over HTTP/2 (RFC 8441 §5): there is no key, and nothing to upgrade. */
  readonly isExtendedConnect?: boolean;
}

/** A handshake that may go on. */
export interface AcceptedHandshake {
  readonly ok: true;
  readonly subprotocol: string | undefined;
  /** The subprotocols the client offered. */
  readonly offered: readonly string[];
  /** What permessage-deflate agreed on; undefined when it is not used. */
  readonly deflate: DeflateAgreement | undefined;
  /** The headers of the 101 reply. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A handshake that is refused with an HTTP status. */
export interface RefusedHandshake {
  readonly ok: false;
  readonly status: number;
  /** One sentence for the peer. */
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An own property of the headers, whatever its name. */
export function headerOf(headers: Headers, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

/** Judges a client's opening handshake (§4.2.1). @param spoken the subprotocols the server speaks */
export function judgeRequest(
  request: UpgradeRequest,
  spoken: readonly string[],
  sha1: Sha1Base64,
  deflate?: DeflateTerms,
): AcceptedHandshake | RefusedHandshake {
  const { headers } = request;
  const header = (name: string) => headerOf(headers, name);
  // §4.2.1 item 1: HTTP/1.1 or higher; RFC 9110 §7.8: an Upgrade field in HTTP/1.0 means nothing.
  if (!isAtLeast11(request.httpVersion)) return refuse(400, 'A WebSocket handshake needs HTTP/1.1.');
  // §4.2.1 item 2; RFC 9112 §3.2: a request without Host, or with two, must be answered with 400.
  if (request.hosts !== 1) return refuse(400, 'A request must have one Host field.');
  if (request.isExtendedConnect === true) return judgeConnect(headers, spoken, deflate);
  if (request.method !== 'GET')
    return refuse(405, 'A WebSocket handshake is a GET request.', [['Allow', 'GET']]);
  if (!listHas(header('upgrade'), 'websocket') || !listHas(header('connection'), 'upgrade')) {
    return refuse(
      426,
      'This address speaks WebSocket: send "Connection: Upgrade" and "Upgrade: websocket".',
      [['Upgrade', 'websocket']],
    );
  }
  if (header('sec-websocket-version') !== WEBSOCKET_VERSION) {
    // §4.4: tell which version would do.
    return refuse(426, 'Only WebSocket version 13 is spoken here.', [
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', WEBSOCKET_VERSION],
    ]);
  }
  const key = header('sec-websocket-key');
  if (key === undefined || !isHandshakeKey(key)) {
    return refuse(400, 'Sec-WebSocket-Key must be there once and be 16 bytes in base64.');
  }
  return agree(headers, spoken, deflate, [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptKey(key, sha1)],
  ]);
}

/** RFC 8441 §5: the version, the subprotocol and the extensions mean what they mean elsewhere; the rest is HTTP/2's. */
function judgeConnect(
  headers: Headers,
  spoken: readonly string[],
  deflate: DeflateTerms | undefined,
): AcceptedHandshake | RefusedHandshake {
  if (headerOf(headers, 'sec-websocket-version') !== WEBSOCKET_VERSION) {
    return refuse(400, 'Only WebSocket version 13 is spoken here.', [
      ['Sec-WebSocket-Version', WEBSOCKET_VERSION],
    ]);
  }
  return agree(headers, spoken, deflate, []);
}

function agree(
  request: Headers,
  spoken: readonly string[],
  deflate: DeflateTerms | undefined,
  headers: [string, string][],
): AcceptedHandshake | RefusedHandshake {
  const offered = offeredSubprotocols(headerOf(request, 'sec-websocket-protocol'));
  if (offered === undefined)
    return refuse(400, 'Sec-WebSocket-Protocol must be a list of tokens, each once.');
  const agreed = deflate && acceptDeflate(headerOf(request, 'sec-websocket-extensions'), deflate);
  const subprotocol = chooseSubprotocol(offered, spoken);
  if (subprotocol !== undefined) headers.push(['Sec-WebSocket-Protocol', subprotocol]);
  if (agreed !== undefined) headers.push(['Sec-WebSocket-Extensions', agreed.answer]);
  return { ok: true, subprotocol, offered, headers, deflate: agreed?.agreement };
}

/** Where a request wants to go: path and query, and the authority that counts. */
export interface RequestTarget {
  readonly pathAndQuery: string;
  /** Of a target that is a whole address: it counts in the place of the Host field. */
  readonly authority: string | undefined;
}

/** Reads a request target (RFC 9112 §3.2): usually a path, also a whole address. undefined for any other form. */
export function readTarget(target: string): RequestTarget | undefined {
  if (target.startsWith('/')) return { pathAndQuery: target, authority: undefined };
  const scheme = ['http://', 'https://', 'ws://', 'wss://'].find((prefix) =>
    target.slice(0, prefix.length).toLowerCase().startsWith(prefix),
  );
  if (scheme === undefined) return undefined;
  const rest = target.slice(scheme.length);
  const end = firstOf(rest, '/?');
  const authority = rest.slice(0, end);
  if (authority === '' || authority.includes('@')) return undefined;
  const pathAndQuery = rest.slice(end);
  return { pathAndQuery: pathAndQuery.startsWith('/') ? pathAndQuery : `/${pathAndQuery}`, authority };
}

/** The path of a target, without its query. */
export function pathOf(pathAndQuery: string): string {
  return pathAndQuery.slice(0, firstOf(pathAndQuery, '?'));
}

function firstOf(text: string, characters: string): number {
  for (let i = 0; i < text.length; i += 1) if (characters.includes(text[i]!)) return i;
  return text.length;
}

function isAtLeast11(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 1);
}

/** A refusal with a status, a sentence and headers. */
export function refuse(
  status: number,
  reason: string,
  headers: readonly (readonly [string, string])[] = [],
): RefusedHandshake {
  return { ok: false, status, reason, headers };
}

/** The headers a client adds to its request (§4.1). @param key 16 random bytes in base64 */
export function requestHeaders(
  key: string,
  subprotocols: readonly string[],
  deflate?: DeflateTerms,
): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', WEBSOCKET_VERSION],
  ];
  if (subprotocols.length > 0) headers.push(['Sec-WebSocket-Protocol', subprotocols.join(', ')]);
  if (deflate !== undefined) headers.push(['Sec-WebSocket-Extensions', offerDeflate(deflate)]);
  return headers;
}

/** What a client and a server agreed on. */
export interface AgreedReply {
  readonly subprotocol: string | undefined;
  /** What permessage-deflate agreed on; undefined when it is not used. */
  readonly deflate: DeflateAgreement | undefined;
}

/**
 * Judges a server's reply with status 101 (§4.1, the second list of items).
 *
 * @param offered the subprotocols the client offered
 * @returns the agreed subprotocol, or a sentence that says what is wrong
 */
export function judgeReply(
  headers: Headers,
  key: string,
  offered: readonly string[],
  sha1: Sha1Base64,
  deflate?: DeflateTerms,
): AgreedReply | { readonly problem: string } {
  const header = (name: string) => headerOf(headers, name);
  if (header('upgrade')?.toLowerCase() !== 'websocket')
    return { problem: 'the reply does not upgrade to "websocket"' };
  if (!listHas(header('connection'), 'upgrade')) return { problem: 'the reply has no "Connection: Upgrade"' };
  if (header('sec-websocket-accept')?.trim() !== acceptKey(key, sha1)) {
    return { problem: 'Sec-WebSocket-Accept does not answer our key' };
  }
  const agreement = judgeDeflate(header('sec-websocket-extensions'), deflate);
  if (agreement !== undefined && 'problem' in agreement) return agreement;
  const subprotocol = header('sec-websocket-protocol');
  if (subprotocol !== undefined && !offered.includes(subprotocol)) {
    return { problem: `the server chose the subprotocol "${subprotocol}", which was not offered` };
  }
  return { subprotocol, deflate: agreement };
}
