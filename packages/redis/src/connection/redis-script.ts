/**
 * A Lua script of the server: sent by its hash, and whole to a server that does not know it yet. One round trip in all but the first call.
 */
// As a namespace: Node 18 lacks hash, and would say so before the loop can say which Node is needed.
import * as crypto from 'node:crypto';
import { RedisReplyError } from '../errors.ts';
import type { RedisArgument, RedisCommands, RedisReply, SendOptions } from './redis-commands.ts';

/** One script. It holds no connection: one object serves any number of servers. */
export class RedisScript {
  /** What is run. */
  readonly source: string;
  readonly #sha: string;

  /** @param source Lua; a first line `#!lua flags=…` declares what the server may hold against it */
  constructor(source: string) {
    this.source = source;
    this.#sha = crypto.hash('sha1', source);
  }

  /**
   * Runs the script once.
   * @param keys at least one of its keys where the server is a cluster: it decides which node runs it
   * @throws RedisConnectionError, RedisReplyError as {@link RedisCommands.send}
   */
  async run(
    commands: Pick<RedisCommands, 'send'>,
    keys: readonly RedisArgument[],
    args: readonly RedisArgument[],
    options?: SendOptions,
  ): Promise<RedisReply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await commands.send(['EVALSHA', this.#sha, ...rest], options);
    } catch (error) {
      // Nothing ran: the server was restarted, promoted, or its scripts were flushed.
      if (!(error instanceof RedisReplyError && error.kind === 'NOSCRIPT')) throw error;
      return commands.send(['EVAL', this.source, ...rest], options);
    }
  }
}
