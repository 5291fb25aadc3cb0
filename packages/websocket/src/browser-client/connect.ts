/**
 * The front door of the browser's client.
 */
import { type BrowserConnectOptions, browserSettings } from './browser-options.ts';
import { BrowserSocket } from './browser-socket.ts';
import type { UrlSource } from './line.ts';

/**
 * Connects, and connects again whenever the connection is lost. Gives the socket at once; what is sent before it is open
 * waits within `maxQueuedBytes`. It finds a dead line by itself, and tries at once when the network or the page comes back.
 *
 * @param url ws: or wss:, or relative to the page where the browser allows it; or a function asked at every attempt
 * @throws BrowserSocketError `ERR_OXBOW_WS_INPUT` for an option it does not know; the browser's SyntaxError for a bad address
 *
 * @example
 * ```ts
 * import { connect } from '@oxbow/websocket/browser';
 *
 * const socket = connect('wss://example.org/chat');
 * socket.onStatus((status) => console.log(status));
 * await socket.send('hello');
 * ```
 */
export function connect(url: UrlSource, options: BrowserConnectOptions = {}): BrowserSocket {
  return new BrowserSocket(url, browserSettings(options));
}
