/** The public door of `@oxbow/websocket`. */

// The client's side
export { connect } from './client/connect.ts';
export type { ConnectOptions } from './client/connect-options.ts';
export { CONNECT_DEFAULTS } from './client/connect-options.ts';
export type { ReconnectOptions } from './client/reconnect-options.ts';
// Both sides
export type { ConnectionOptions } from './connection/connection-options.ts';
export { CONNECTION_DEFAULTS } from './connection/connection-options.ts';
export type { DroppedCount, SlowConsumerPolicy } from './connection/slow-consumer.ts';
export { SLOW_CONSUMER_POLICIES } from './connection/slow-consumer.ts';
// Errors
export type { PeerErrorCode } from './errors.ts';
export {
  ConnectError,
  ConnectionClosedError,
  HandshakeError,
  PeerError,
  RequestRefusedError,
  RequestTimeoutError,
  SlowConsumerError,
  SocketInputError,
  WebSocketError,
} from './errors.ts';
// The protocol's words
export { CloseCode } from './protocol/close-code.ts';
export type { CloseInfo } from './protocol/close-handshake.ts';
export type { SocketHandler } from './server/handler-task.ts';
export type { OriginCheck, OriginsOption } from './server/origin.ts';
export { serve } from './server/serve.ts';
export type { ServeOptions } from './server/serve-options.ts';
export { SERVE_DEFAULTS } from './server/serve-options.ts';
export type { DrainOptions, WebSocketServer } from './server/server.ts';
export { DRAIN_DEFAULTS } from './server/server.ts';
export type { Topic } from './server/topic.ts';
// Sockets
export type { Reply, Responder } from './socket/acknowledgements.ts';
export type { HandshakeInfo } from './socket/handshake-info.ts';
export type { Message, Sendable } from './socket/message.ts';
export type { MessageDecoder, RequestOptions, Socket } from './socket/socket.ts';
export { REQUEST_DEFAULTS } from './socket/socket.ts';
// Topics
export type { JoinOptions, JoinResult } from './topic/membership.ts';
export type { MemoryBrokerOptions } from './topic/memory-broker.ts';
export { MEMORY_BROKER_DEFAULTS, memoryBroker } from './topic/memory-broker.ts';
export type {
  HistoryQuery,
  TopicBroker,
  TopicHistory,
  TopicMessage,
  TopicPosition,
  TopicSubscription,
} from './topic/topic-broker.ts';
// HTTP
export type { HttpServer, TlsOptions } from './transport/portable.ts';
