/**
 * A connection by ioredis ≥ 6: also by sentinels, and to a cluster. It is told to keep no commands and to send none again; what it leaves
 * unanswered at a cut (its issue 2193) is failed by the owner of the driver.
 */
import { type Driver, type DriverEvents, libraryWord, reconnectDelayMs } from './driver.ts';
import type { RedisArgument } from './redis-commands.ts';
import type { RedisAddress } from './redis-url.ts';

/** What is used of ioredis's client, or of its cluster. */
export interface IoredisClient {
  readonly isCluster: boolean;
  /** Undefined for a cluster, and before it connects. */
  readonly stream?: { destroy(): void };
  call(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  duplicate(first?: unknown, second?: unknown): IoredisClient;
  connect(): Promise<unknown>;
  disconnect(): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** What is used of the module. */
export interface IoredisModule {
  readonly Redis: new (options: object) => IoredisClient;
  readonly Cluster: new (nodes: readonly object[], options: object) => IoredisClient;
}

/** True for a client, or a cluster, of ioredis. */
export function isIoredis(client: object): client is IoredisClient {
  return 'callBuffer' in client && typeof client.callBuffer === 'function' && 'duplicate' in client;
}

/** A driver of a client that was made for the address. */
export function ioredisDriver(
  module: IoredisModule,
  address: RedisAddress,
  connectTimeoutMs: number,
): Driver {
  const { kind, nodes, tls, username, password, database, sentinelName } = address;
  const login = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectTimeout: connectTimeoutMs,
  };
  const [first] = nodes;
  const client =
    kind === 'cluster'
      ? new module.Cluster(nodes, { redisOptions: login, ...CLUSTER_RULES })
      : new module.Redis({
          ...login,
          ...RULES,
          db: database,
          ...(kind === 'sentinel'
            ? { sentinels: nodes, name: sentinelName, enableTLSForSentinelMode: tls }
            : { host: first.host, port: first.port }),
        });
  return new IoredisDriver(client, true);
}

/** A driver of connections like the user's own, which stays as it is. */
export function ioredisDriverLike(client: IoredisClient): Driver {
  return new IoredisDriver(client, false).duplicate();
}

const RULES: object = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
  // Its timer for a stream that is closed already is never cleared.
  disconnectTimeout: 1,
};
const CLUSTER_RULES: object = {
  lazyConnect: true,
  enableOfflineQueue: false,
};

class IoredisDriver implements Driver {
  readonly #client: IoredisClient;
  readonly #isOwn: boolean;
  readonly #listeners = new Map<string, (message: Uint8Array) => void>();
  #mayRetry = false;

  constructor(client: IoredisClient, isOwn: boolean) {
    this.#client = client;
    this.#isOwn = isOwn;
  }

  start(events: DriverEvents, patient: boolean): void {
    const client = this.#client;
    this.#mayRetry = patient;
    const { options } = client as unknown as { options: Record<string, unknown> };
    const retry = (attempt: number): number | null => (this.#mayRetry ? reconnectDelayMs(attempt) : null);
    options[client.isCluster ? 'clusterRetryStrategy' : 'retryStrategy'] = retry;
    client.on('ready', () => {
      this.#mayRetry = true;
      events.ready();
    });
    client.on('close', () => events.down());
    client.on('end', () => events.down());
    client.on('error', (error: unknown) => events.error(error));
    client.on('messageBuffer', (channel: Uint8Array, message: Uint8Array) =>
      this.#listeners.get(Buffer.from(channel).toString())?.(message),
    );
    client.connect().catch((error: unknown) => events.error(error));
  }

  send([command, ...args]: readonly RedisArgument[], asBytes: boolean): Promise<unknown> {
    const words = args.map(libraryWord);
    return asBytes
      ? this.#client.callBuffer(String(command), ...words)
      : this.#client.call(String(command), ...words);
  }

  async subscribe(channel: string, onMessage: (message: Uint8Array) => void): Promise<void> {
    this.#listeners.set(channel, onMessage);
    await this.#client.subscribe(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#client.unsubscribe(channel);
  }

  duplicate(): Driver {
    const client = this.#client.isCluster
      ? this.#client.duplicate([], CLUSTER_RULES)
      : this.#client.duplicate(RULES);
    return new IoredisDriver(client, true);
  }

  destroy(): void {
    this.#mayRetry = false;
    if (!this.#isOwn) return;
    this.#client.disconnect();
    // It would wait two seconds for the server to take leave.
    this.#client.stream?.destroy();
  }
}
