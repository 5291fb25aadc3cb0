/** The door of `@oxbow/stream/net`: byte streams over TCP, TLS and Unix sockets, held back in both directions. */

// Client
export {
  CONNECT_DEFAULTS,
  type ConnectOptions,
  type ConnectTls,
  connectTcp,
  connectUnix,
} from './net/connect.ts';
// A connection
export {
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
  type NetAddress,
  type NetClose,
  NetConnection,
  type NetData,
  type TlsReport,
} from './net/connection.ts';
// Server
export {
  type ConnectionHandler,
  LISTEN_DEFAULTS,
  type ListenOptions,
  type ListenTls,
  listenTcp,
  listenUnix,
} from './net/listen.ts';
// Errors
export { NetError, type NetErrorCode } from './net/net-error.ts';
export {
  NET_DRAIN_DEFAULTS,
  type NetDrainOptions,
  NetServer,
  type NetServerStatistics,
} from './net/server.ts';
