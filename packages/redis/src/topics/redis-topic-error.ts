/** What goes wrong in topics on a server beside the connection's own errors. */
import { RedisError } from '../errors.ts';

/** Raised by topics on a server. `code` says what happened, the message what to do. */
export class RedisTopicError extends RedisError {}
