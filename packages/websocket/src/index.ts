/** The public door of `@oxbow/websocket`. */
// biome-ignore-all assist/source/organizeImports: the headings order them

// The server's side
export { serve } from './server/serve.ts';
export type { ServeOptions, TopicRule } from './server/serve-options.ts';
export { SERVE_DEFAULTS } from './server/serve-options.ts';
export type { SocketHandler } from './server/handler-task.ts';
export type { OriginCheck, OriginsOption } from './server/origin.ts';
export type { AcceptUpgrade, RefuseUpgrade, UpgradeAnswer, UpgradeInfo } from './server/upgrade-info.ts';
export type { DrainOptions, ServerStatistics, WebSocketServer } from './server/server.ts';
export { DRAIN_DEFAULTS } from './server/server.ts';
export type { CountByCode } from './server/traffic.ts';
export type { HttpServer, TlsOptions } from './transport/portable.ts';

// The client's side
export { connect } from './client/connect.ts';
export type { ConnectOptions, Fresh } from './client/connect-options.ts';
export { CONNECT_DEFAULTS } from './client/connect-options.ts';
export type { ReconnectOptions } from './client/reconnect-options.ts';
export type { SocketStatus, StatusCallback, StatusDetail } from './envelope/status.ts';
export type { ResumeEvent } from './envelope/topic-positions.ts';

// Sockets
export type { ConnectionOptions } from './connection/connection-options.ts';
export { CONNECTION_DEFAULTS } from './connection/connection-options.ts';
export type { DeflateOptions } from './compression/deflate-options.ts';
export { DEFLATE_DEFAULTS } from './compression/deflate-options.ts';
export type { DroppedCount, MessageCount, SlowConsumerPolicy } from './connection/slow-consumer.ts';
export { SLOW_CONSUMER_POLICIES } from './connection/slow-consumer.ts';
export type { Reply, Responder } from './envelope/requests.ts';
export type { HandshakeInfo } from './socket/handshake-info.ts';
export type { Message, MessageEncoder, Sendable } from './socket/message.ts';
export type { MessageDecoder, MessageSchema } from './socket/message-reader.ts';
export type { ControlFrameCallback } from './socket/control-frame-callbacks.ts';
export type { RequestOptions, Socket } from './socket/socket.ts';
export type { SocketStatistics } from './socket/socket-statistics.ts';
export { REQUEST_DEFAULTS } from './socket/socket.ts';

// Topics
export type { Topic, TopicBroadcast, TopicBroadcastOptions, TopicPublishOptions } from './server/topic.ts';
export type { JoinOptions, JoinResult } from './topic/membership.ts';
export { clusterBroker } from './cluster/cluster-broker.ts';
export type { MemoryBrokerOptions } from './topic/memory-broker.ts';
export { MEMORY_BROKER_DEFAULTS, memoryBroker } from './topic/memory-broker.ts';
export type {
  AudienceQuery,
  HistoryQuery,
  PresenceChange,
  PresenceMember,
  PublishOptions,
  TopicAudience,
  TopicBroker,
  TopicGap,
  TopicHistory,
  TopicListener,
  TopicMessage,
  TopicPosition,
  TopicPresence,
  TopicSubscription,
} from './topic/topic-broker.ts';
export type { TopicStatistics } from './topic/topic-hub.ts';

// The protocol's words
export { CloseCode } from './protocol/close-code.ts';
export type { CloseInfo } from './protocol/close-handshake.ts';

// Errors
export type { PeerErrorCode } from './errors.ts';
export {
  ConnectError,
  ConnectionClosedError,
  HandlersRunningError,
  HandshakeError,
  PeerError,
  RequestRefusedError,
  RequestTimeoutError,
  SlowConsumerError,
  SocketInputError,
  TopicForbiddenError,
  WebSocketError,
} from './errors.ts';
