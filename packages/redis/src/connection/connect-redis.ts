/** Opens a connection to the server that a URL names, by the client library that is installed, or beside a client the user has. */
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { RedisClientError, RedisOptionError } from '../errors.ts';
import type { Driver } from './driver.ts';
import {
  type IoredisClient,
  type IoredisModule,
  ioredisDriver,
  ioredisDriverLike,
  isIoredis,
} from './ioredis-driver.ts';
import { openConnection } from './managed-connection.ts';
import {
  isNodeRedis,
  type NodeRedisClient,
  type NodeRedisModule,
  nodeRedisDriver,
  nodeRedisDriverLike,
} from './node-redis-driver.ts';
import type { RedisConnection } from './redis-commands.ts';
import { parseRedisUrl, type RedisAddress } from './redis-url.ts';

/** How a connection is made. */
export interface ConnectOptions {
  /** Which library to use, of those installed. Default: ioredis, else @redis/client. */
  readonly client?: ClientLibrary | undefined;
  /** Milliseconds until an attempt to connect is given up. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds without an answer to a command until the connection counts as dead and is replaced. Default 10,000. */
  readonly replyTimeoutMs?: number | undefined;
}

/** The client libraries there is a driver for. */
export type ClientLibrary = 'ioredis' | '@redis/client';

/** A client of ioredis or @redis/client that the user made. It stays as it is: connections like it are opened beside it. */
export type RedisClient = object;

const LIBRARIES: readonly ClientLibrary[] = ['ioredis', '@redis/client'];
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Connects to a server.
 * @param target a URL, what {@link parseRedisUrl} made of one, or a client of ioredis or @redis/client, whose settings are taken over
 * @throws RedisOptionError for a URL or an option that cannot be used
 * @throws RedisClientError when no client library is installed that can do it
 * @throws RedisConnectionError when the server cannot be reached, RedisServerError when it does not let the user in
 */
export async function connectRedis(
  target: string | RedisAddress | RedisClient,
  options: ConnectOptions = {},
): Promise<RedisConnection> {
  checkOptions(options, ['client', 'connectTimeoutMs', 'replyTimeoutMs'], 'connectRedis()');
  const connectTimeoutMs = checkedTimeout('connectTimeoutMs', options.connectTimeoutMs);
  const replyTimeoutMs = checkedTimeout('replyTimeoutMs', options.replyTimeoutMs);
  if (options.client !== undefined && !LIBRARIES.includes(options.client))
    throw new RedisOptionError(
      'client',
      `client is 'ioredis' or '@redis/client', not '${String(options.client)}'`,
    );
  const address = typeof target === 'string' ? parseRedisUrl(target) : target;
  const driver =
    'nodes' in address
      ? await driverFor(address as RedisAddress, options.client, connectTimeoutMs)
      : driverLike(address as IoredisClient | NodeRedisClient);
  const name = 'nodes' in address ? (address as RedisAddress).name : 'the server of the given client';
  return openConnection({ driver, name, replyTimeoutMs });
}

/** Makes the driver for an address, of the first library that is installed and can do it. */
async function driverFor(
  address: RedisAddress,
  wanted: ClientLibrary | undefined,
  connectTimeoutMs: number,
): Promise<Driver> {
  if (wanted !== '@redis/client') {
    const module = await installed<IoredisModule>(() => import('ioredis') as Promise<unknown>);
    if (module !== undefined) return ioredisDriver(module, address, connectTimeoutMs);
    if (wanted === 'ioredis') throw new RedisClientError('ioredis is not installed: npm install ioredis');
  }
  const module = await installed<NodeRedisModule>(() => import('@redis/client') as Promise<unknown>);
  if (module !== undefined && address.kind === 'single')
    return nodeRedisDriver(module, address, connectTimeoutMs);
  if (module !== undefined) {
    const what = address.kind === 'cluster' ? 'A cluster' : 'A server behind sentinels';
    throw new RedisClientError(`${what} is reached by ioredis only: npm install ioredis`);
  }
  throw new RedisClientError(
    'No client library for Redis is installed: npm install ioredis (or @redis/client)',
  );
}

function driverLike(client: object): Driver {
  if (isIoredis(client)) return ioredisDriverLike(client);
  if (isNodeRedis(client)) return nodeRedisDriverLike(client);
  throw new RedisOptionError(
    'target',
    'a server is given by its URL, or by a client of ioredis or @redis/client',
  );
}

/** A module, or undefined when it is not installed. What fails in it is passed on. */
async function installed<T>(load: () => Promise<unknown>): Promise<T | undefined> {
  try {
    return (await load()) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function checkedTimeout(option: string, value: number = DEFAULT_TIMEOUT_MS): number {
  const fault = durationFault(value);
  if (fault === undefined) return value;
  throw new RedisOptionError(option, `${option} ${fault}`);
}
