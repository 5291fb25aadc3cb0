/**
 * The address to connect to: parsed, and written so that it may stand in a message.
 */
import { SocketInputError } from '../errors.ts';

const SCHEMES: readonly string[] = ['ws:', 'wss:', 'http:', 'https:'];

/** RFC 6455 §3: the schemes are ws and wss, and there is no fragment. @throws SocketInputError for anything else */
export function parseAddress(address: unknown): URL {
  const text = typeof address === 'string' || address instanceof URL ? String(address) : undefined;
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && SCHEMES.includes(url.protocol) && url.hash === '') return url;
  const given = text === undefined ? `a ${typeof address}` : shown(text);
  throw new SocketInputError(
    `connect() takes an address like "ws://host:port/path", without a fragment; got ${given}.`,
  );
}

/** An address for messages: without user, password and query, which may be secrets. */
export function publicAddress(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What cannot be parsed may hold a secret all the same: only what stands before one is shown. */
function shown(text: string): string {
  const cut = text.search(/[@?#]/);
  const safe = cut === -1 ? text : text.slice(0, Math.max(text.indexOf('://') + 3, 0));
  return JSON.stringify(cut === -1 ? safe : `${safe}…`);
}
