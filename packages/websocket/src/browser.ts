/** The browser's door of `@oxbow/websocket`: no node: module, no loop but its Backoff, no rxjs. */

export type { BackoffOptions } from '@oxbow/loop/backoff';
export type { BrowserConnectOptions } from './browser-client/browser-options.ts';
export { BROWSER_DEFAULTS } from './browser-client/browser-options.ts';
export type { BrowserRequestOptions, BrowserSocket } from './browser-client/browser-socket.ts';
export type { BrowserSocketErrorCode } from './browser-client/browser-socket-error.ts';
export { BrowserSocketError } from './browser-client/browser-socket-error.ts';
export { connect } from './browser-client/connect.ts';
export type { HeartbeatOptions } from './browser-client/heartbeat.ts';
export { HEARTBEAT_DEFAULTS } from './browser-client/heartbeat.ts';
export type { BrowserCloseInfo, UrlSource } from './browser-client/line.ts';
export type { BrowserSendable, ValueEncoder } from './browser-client/message-input.ts';
export type {
  TimerHost,
  WakeSource,
  WebSocketConstructor,
  WebSocketLike,
} from './browser-client/web-socket-like.ts';
export type { Message } from './envelope/envelope.ts';
export type { TopicPosition } from './envelope/place.ts';
export type { Reply, Responder } from './envelope/requests.ts';
export type {
  SocketStatus as BrowserSocketStatus,
  StatusCallback,
  StatusDetail,
} from './envelope/status.ts';
export type { ResumeEvent } from './envelope/topic-positions.ts';
