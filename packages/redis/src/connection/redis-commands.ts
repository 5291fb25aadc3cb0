/**
 * The seam between this package and a Redis client: three functions. Engines know nothing else of a client, so any library that can send
 * one command once fits behind it.
 */

/** One word of a command. */
export type RedisArgument = string | Uint8Array;

/** What a server answers: text, or bytes where those were asked for. */
export type RedisReply = string | Uint8Array | number | null | readonly RedisReply[];

/** How one command is sent. */
export interface SendOptions {
  /** Strings of the reply as text (UTF-8) or as bytes. Default `text`. */
  readonly as?: 'text' | 'bytes';
}

/** What an engine needs of a server. */
export interface RedisCommands {
  /**
   * Sends one command, once: it is never sent again by itself, and is never kept for a connection that is to come. Commands of one
   * connection are answered in their order.
   * @throws RedisConnectionError when there is no connection, it is cut, or no answer comes in time: the command may have run
   * @throws RedisReplyError when the server answers with an error
   */
  send(argv: readonly RedisArgument[], options?: SendOptions): Promise<RedisReply>;
  /**
   * Hears what is published on a channel, from when the promise resolves until the function it gives is called. After a cut it is
   * subscribed again by itself; what was published meanwhile is lost, which `onReconnect` tells.
   * @param onMessage called once for each message, in order; it must not throw
   */
  subscribe(channel: string, onMessage: (message: Uint8Array) => void): Promise<() => Promise<void>>;
  /** Calls `listener` each time a connection is there again, before anything is sent on it: for commands, or for subscriptions. */
  onReconnect(listener: () => void): () => void;
}

/** A server one is connected to. */
export interface RedisConnection extends RedisCommands {
  /** How the server is called in messages: its address without the password. */
  readonly name: string;
  /** Drops the connections and opens new ones, for when they seem dead. What is under way fails as cut. */
  restart(): void;
  /** Closes the connections; idempotent. What is under way fails. */
  close(): Promise<void>;
}
