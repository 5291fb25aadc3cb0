/** The door `@oxbow/redis/topics`: topics of @oxbow/websocket on a Redis or Valkey. */
export { REDIS_BROKER_DEFAULTS, type RedisBrokerOptions } from './broker-options.ts';
export { type RedisBroker, redisBroker } from './redis-broker.ts';
export { RedisTopicError } from './redis-topic-error.ts';
