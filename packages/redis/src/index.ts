/** The public door of @oxbow/redis: connections, scripts, checks. The engines stand behind doors of their own. */
// biome-ignore-all assist/source/organizeImports: the headings order them

// Connections
export {
  type ClientLibrary,
  type ConnectOptions,
  connectRedis,
  type RedisClient,
} from './connection/connect-redis.ts';
export type {
  RedisArgument,
  RedisCommands,
  RedisConnection,
  RedisReply,
  SendOptions,
} from './connection/redis-commands.ts';
export { isRedisUrl, parseRedisUrl, type RedisAddress, type RedisNode } from './connection/redis-url.ts';

// Scripts and checks
export { RedisScript } from './connection/redis-script.ts';
export { checkServer, MIN_SERVER_VERSION, type ServerFacts } from './connection/server-check.ts';

// Errors
export {
  type ConnectionFault,
  isPassing,
  RedisClientError,
  RedisClosedError,
  RedisConnectionError,
  RedisError,
  RedisOptionError,
  RedisReplyError,
  RedisServerError,
  type ServerFault,
} from './errors.ts';
