/**
 * The opening handshake (RFC 6455 §4) on parsed HTTP heads: the server's judgement of a request and its reply, the
 * client's request headers and its judgement of the reply. It reads no bytes and knows no HTTP library.
 */
import { acceptKey, isHandshakeKey, type Sha1Base64 } from './accept-key.ts';
import { listHas } from './header-list.ts';
import { chooseSubprotocol, offeredSubprotocols } from './subprotocol.ts';

/** Header values by lower-case name, repeated ones joined by commas. Only own properties count. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The only version there is (§4.1 item 9). */
export const WEBSOCKET_VERSION = '13';

/** What of an HTTP request matters here. */
export interface UpgradeRequest {
  readonly method: string;
  readonly headers: Headers;
}

/** A handshake that may go on. */
export interface AcceptedHandshake {
  readonly ok: true;
  readonly subprotocol: string | undefined;
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
): AcceptedHandshake | RefusedHandshake {
  const { headers } = request;
  const header = (name: string) => headerOf(headers, name);
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
  const offered = offeredSubprotocols(header('sec-websocket-protocol'));
  if (offered === undefined)
    return refuse(400, 'Sec-WebSocket-Protocol must be a list of tokens, each once.');
  return accept(key, chooseSubprotocol(offered, spoken), sha1);
}

function accept(key: string, subprotocol: string | undefined, sha1: Sha1Base64): AcceptedHandshake {
  const headers: [string, string][] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptKey(key, sha1)],
  ];
  if (subprotocol !== undefined) headers.push(['Sec-WebSocket-Protocol', subprotocol]);
  return { ok: true, subprotocol, headers };
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
): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', WEBSOCKET_VERSION],
  ];
  if (subprotocols.length > 0) headers.push(['Sec-WebSocket-Protocol', subprotocols.join(', ')]);
  return headers;
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
): { readonly subprotocol: string | undefined } | { readonly problem: string } {
  const header = (name: string) => headerOf(headers, name);
  if (header('upgrade')?.toLowerCase() !== 'websocket')
    return { problem: 'the reply does not upgrade to "websocket"' };
  if (!listHas(header('connection'), 'upgrade')) return { problem: 'the reply has no "Connection: Upgrade"' };
  if (header('sec-websocket-accept')?.trim() !== acceptKey(key, sha1)) {
    return { problem: 'Sec-WebSocket-Accept does not answer our key' };
  }
  if (header('sec-websocket-extensions') !== undefined) {
    return { problem: 'the server chose an extension that was not offered' };
  }
  const subprotocol = header('sec-websocket-protocol');
  if (subprotocol !== undefined && !offered.includes(subprotocol)) {
    return { problem: `the server chose the subprotocol "${subprotocol}", which was not offered` };
  }
  return { subprotocol };
}
