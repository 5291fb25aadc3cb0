/**
 * The front door of the browser's client.
 */
import { type BrowserConnectOptions, browserSettings } from './browser-options.ts';
import { BrowserSocket } from './browser-socket.ts';

/**
 * Connects, and connects again whenever the connection is lost. Gives the socket at once; what is sent before it is open
 * waits within `maxQueuedBytes`.
 *
 * @param url ws: or wss:, or relative to the page where the browser allows it
 * @throws BrowserSocketError `ERR_OXBOW_WS_INPUT` for an option it does not know; the browser's SyntaxError for a bad address
 */
export function connect(url: string | URL, options: BrowserConnectOptions = {}): BrowserSocket {
  return new BrowserSocket(String(url), browserSettings(options));
}
