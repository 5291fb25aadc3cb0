/** The browser's door of `@oxbow/websocket`: no node: module, no rxjs, and of loop only `Backoff`. */

export type { BackoffOptions } from '@oxbow/loop/backoff';
export type { BrowserConnectOptions } from './browser-client/browser-options.ts';
export { BROWSER_DEFAULTS } from './browser-client/browser-options.ts';
export type {
  BrowserCloseInfo,
  BrowserRequestOptions,
  BrowserSocket,
  BrowserSocketStatus,
} from './browser-client/browser-socket.ts';
export type { BrowserSocketErrorCode } from './browser-client/browser-socket-error.ts';
export { BrowserSocketError } from './browser-client/browser-socket-error.ts';
export { connect } from './browser-client/connect.ts';
export type { Message } from './browser-client/inbox.ts';
export type { Reply, Responder } from './browser-client/requests.ts';
export type { TimerHost, WebSocketConstructor, WebSocketLike } from './browser-client/web-socket-like.ts';
