/**
 * A connection by @redis/client ≥ 6: one server, by its URL. Sentinels and clusters are ioredis's: this library's clients for those lose
 * nodes for good and retry in silence (its issues 3127, 3385).
 */
import { type Driver, type DriverEvents, libraryWord, reconnectDelayMs } from './driver.ts';
import type { RedisArgument } from './redis-commands.ts';
import type { RedisAddress } from './redis-url.ts';

/** What is used of the library's client. */
export interface NodeRedisClient {
  sendCommand(argv: readonly (string | Buffer)[], options?: object): Promise<unknown>;
  subscribe(channel: string, listener: (message: Buffer) => void, asBytes: true): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  duplicate(overrides?: object): NodeRedisClient;
  connect(): Promise<unknown>;
  destroy(): void;
  readonly isOpen: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** What is used of the module. */
export interface NodeRedisModule {
  createClient(options: object): NodeRedisClient;
}

/** `RESP_TYPES.BLOB_STRING` of the protocol: `$`. */
const BYTES: object = { typeMapping: { 36: Buffer } };

const RULES: object = { disableOfflineQueue: true, RESP: 2, maintNotifications: 'disabled' };

/** True for a client of @redis/client, or of the package redis around it. */
export function isNodeRedis(client: object): client is NodeRedisClient {
  return 'sendCommand' in client && 'duplicate' in client && !('callBuffer' in client);
}

/** A driver of a client that was made for the address, which is of one server. */
export function nodeRedisDriver(
  module: NodeRedisModule,
  address: RedisAddress,
  connectTimeoutMs: number,
): Driver {
  const { nodes, tls, username, password, database } = address;
  const [{ host, port }] = nodes;
  const create = (own: object, socket: object): NodeRedisClient =>
    module.createClient({
      socket: { host, port, connectTimeout: connectTimeoutMs, ...(tls ? { tls: true } : {}), ...socket },
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      database,
      ...own,
    });
  return new NodeRedisDriver(create);
}

/** A driver of connections like the user's own, which stays as it is. */
export function nodeRedisDriverLike(client: NodeRedisClient): Driver {
  const { options } = client as unknown as { options?: { socket?: object } };
  return new NodeRedisDriver((own, socket) =>
    client.duplicate({ ...own, socket: { ...options?.socket, ...socket } }),
  );
}

class NodeRedisDriver implements Driver {
  readonly #create: (own: object, socket: object) => NodeRedisClient;
  readonly #client: NodeRedisClient;
  #mayRetry = false;

  constructor(create: (own: object, socket: object) => NodeRedisClient) {
    this.#create = create;
    const reconnectStrategy = (attempt: number): number | false =>
      this.#mayRetry && reconnectDelayMs(attempt);
    this.#client = create(RULES, { reconnectStrategy });
  }

  start(events: DriverEvents, patient: boolean): void {
    const client = this.#client;
    this.#mayRetry = patient;
    client.on('ready', () => {
      this.#mayRetry = true;
      events.ready();
    });
    client.on('reconnecting', () => events.down());
    client.on('end', () => events.down());
    client.on('error', (error: unknown) => events.error(error));
    client.connect().catch((error: unknown) => {
      events.error(error);
      events.down();
    });
  }

  send(argv: readonly RedisArgument[], asBytes: boolean): Promise<unknown> {
    return this.#client.sendCommand(argv.map(libraryWord), asBytes ? BYTES : undefined);
  }

  subscribe(channel: string, onMessage: (message: Uint8Array) => void): Promise<void> {
    return this.#client.subscribe(channel, onMessage, true);
  }

  unsubscribe(channel: string): Promise<void> {
    return this.#client.unsubscribe(channel);
  }

  duplicate(): Driver {
    return new NodeRedisDriver(this.#create);
  }

  destroy(): void {
    this.#mayRetry = false;
    if (this.#client.isOpen) this.#client.destroy();
  }
}
