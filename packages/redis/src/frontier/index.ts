/** The door @oxbow/redis/frontier: one crawl on many machines. */

export { frontierAt } from './frontier-at.ts';
export { openRedisFrontier, type RedisFrontierOptions } from './open-frontier.ts';
export {
  MAX_TARGET_CHARS_PER_CALL,
  MAX_TARGETS_PER_CALL,
  type RedisFrontier,
  type WorkerStatus,
} from './redis-frontier.ts';
