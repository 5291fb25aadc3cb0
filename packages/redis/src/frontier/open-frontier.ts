/** Opens a crawl's frontier on a server: finds or makes its store, checks that it can be used, and says what is wrong where it cannot. */
import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { CrawlerOptionError, FrontierError, type FrontierOptions } from '@oxbow/crawler';
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { type ClientLibrary, connectRedis, type RedisClient } from '../connection/connect-redis.ts';
import type { RedisConnection, RedisReply } from '../connection/redis-commands.ts';
import { parseRedisUrl, type RedisAddress } from '../connection/redis-url.ts';
import { checkServer } from '../connection/server-check.ts';
import { DEFAULT_LIMITS, limitWords } from './limit-words.ts';
import { RedisFrontier } from './redis-frontier.ts';
import { FORMAT, OPEN } from './scripts/steer.ts';
import { StoreLink, torn } from './store-link.ts';
import { TargetForm } from './target-form.ts';

/** How a frontier on a server is opened. A limit that is left out is what the store has; a new store takes the default. */
export interface RedisFrontierOptions extends Omit<FrontierOptions, 'now'> {
  /** The crawl's name: letters, digits, `.`, `_` and `-`. Default: the URL's `crawl=`. */
  readonly crawl?: string | undefined;
  /** `create` refuses a crawl that is there, `attach` one that is not. Default `either`. */
  readonly mode?: 'create' | 'attach' | 'either' | undefined;
  /** The output that this process is about to write; what a process that is gone had for it is free at once. Default `''`. */
  readonly output?: string | undefined;
  /** URLs the crawl may come to know: beyond a quarter more, a known URL takes five times the memory. Only for a new store. Default 10,000,000. */
  readonly expectedUrls?: number | undefined;
  /** Milliseconds a call is tried for while the server is away. Default 60,000. */
  readonly retryMs?: number | undefined;
  /** Which client library to use, of those installed. Default: ioredis, else @redis/client. */
  readonly client?: ClientLibrary | undefined;
}

const NAMES: Readonly<Record<keyof RedisFrontierOptions, true>> = {
  crawl: true,
  mode: true,
  output: true,
  expectedUrls: true,
  retryMs: true,
  client: true,
  delayMs: true,
  maxInFlightPerHost: true,
  maxInFlightOf: true,
  maxInFlightUndelayed: true,
  maxUrlsPerHost: true,
  maxPages: true,
  byLevels: true,
};
const MODES: readonly unknown[] = ['create', 'attach', 'either'];
const CRAWL_NAME = /^[A-Za-z0-9._-]{1,100}$/;
const DEFAULT_EXPECTED_URLS = 10_000_000;
const DEFAULT_RETRY_MS = 60_000;
/** Fingerprints of a bucket, at most, when the crawl has come to what was expected: the server keeps up to 512 in eight bytes each. */
const URLS_PER_BUCKET = 400;
const MAX_BUCKETS = 2 ** 22;
/**
 * Opens the frontier of a crawl that any number of processes share. It connects, checks the server, and finds or makes the crawl's store.
 * @param target a URL with `?crawl=NAME`, or a client of ioredis or @redis/client, whose settings are taken over
 * @throws RedisOptionError, CrawlerOptionError for a URL or an option that cannot be used
 * @throws RedisServerError, RedisConnectionError, RedisClientError when the server cannot be used or reached
 * @throws FrontierError for a crawl that is not there (`ERR_OXBOW_CRAWLER_FRONTIER_UNKNOWN`), is there already (`…_EXISTS`), is somebody
<<<<<<< HEAD
 * else's key or of another version (`…_FOREIGN`), or was damaged (`…_TORN`)
 *
 * @example
 * ```ts
 * import { Crawler } from '@oxbow/crawler';
 * import { openRedisFrontier } from '@oxbow/redis/frontier';
 *
 * const frontier = await openRedisFrontier('redis://localhost:6379/0?crawl=news');
 * for await (const page of new Crawler({ seeds: 'https://example.org/', frontier })) console.log(page.url);
 * await frontier.close();
 * ```
=======
 * else's key or of another version (`…_FOREIGN`), was damaged (`…_TORN`), or has another process write this output (`…_OUTPUT`)
>>>>>>> 5da79f5 (A crawl on Redis outlives kills, cuts, lost writes, torn files and full memory: each is a test against a real server)
 */
export async function openRedisFrontier(
  target: string | RedisAddress | RedisClient,
  options: RedisFrontierOptions = {},
): Promise<RedisFrontier> {
  checkOptions(options, Object.keys(NAMES), 'openRedisFrontier()');
  const address = typeof target === 'string' ? parseRedisUrl(target, ['crawl']) : target;
  const named = 'nodes' in address ? (address as RedisAddress).parameters.crawl : undefined;
  const crawl = checkedCrawl(options.crawl ?? named);
  const { client } = options;
  const connection = await connectRedis(address, { client });
  try {
    return await openFrontierOn(connection, { ...options, crawl }, { ownsConnection: true });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** What is not for users: who closes the connection, and a clock in the place of the server's, for tests. */
export interface OpeningDetails {
  readonly ownsConnection: boolean;
  readonly now?: (() => number) | undefined;
}

/** Opens a crawl's frontier on a connection that is there. */
export async function openFrontierOn(
  connection: RedisConnection,
  options: RedisFrontierOptions & { readonly crawl: string },
  { ownsConnection, now }: OpeningDetails,
): Promise<RedisFrontier> {
  const { crawl, output = '', mode = 'either', maxInFlightOf = () => undefined } = options;
  const limits = limitWords(options);
  const retryMs = options.retryMs ?? DEFAULT_RETRY_MS;
  const fault = durationFault(retryMs);
  if (fault !== undefined) throw new CrawlerOptionError('retryMs', `retryMs ${fault}`);
  if (!MODES.includes(mode))
    throw new CrawlerOptionError('mode', `mode is 'create', 'attach' or 'either', not '${String(mode)}'`);
  const key = `ox:{${crawl}}:m`;
  const facts = await checkServer(connection, key);
  const store = await openStore(connection, key, mode, limits, bucketsFor(options.expectedUrls), crawl);
  const instance = randomUUID().slice(0, 8);
  const { incarnation } = store;
  const link = new StoreLink({ connection, key, name: crawl, incarnation, retryMs, now }, instance);
  const frontier = new RedisFrontier({
    link,
    connection,
    ownsConnection,
    form: new TargetForm(store.secret, store.buckets),
    incarnation,
    limitOf: maxInFlightOf,
    about: JSON.stringify({ host: hostname(), pid: process.pid, output }),
    isDurable: facts.hasAppendOnlyFile,
  });
  await link.verify();
  await frontier.hear(`ox:{${crawl}}:wake`);
  if (output !== '') await takeOver(frontier, output);
  return frontier;
}

/**
 * An output has one writer: what an earlier one had is free at once when it ran on this machine and is gone.
 * @throws FrontierError when it still runs
 */
async function takeOver(frontier: RedisFrontier, output: string): Promise<void> {
  for (const { workerId, host, pid, output: its, endsInMs } of await frontier.workers()) {
    if (its !== output || host !== hostname() || pid === process.pid || endsInMs === 0) continue;
    if (!isRunning(pid)) {
      await frontier.evict(workerId);
      continue;
    }
    await frontier.close();
    throw new FrontierError(
      'ERR_OXBOW_REDIS_CRAWL_OUTPUT',
      `process ${pid} on this machine works on this crawl and writes ${output}: name another output, or end that process`,
    );
  }
}

/** Whether there is a process with this id, of whatever user. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface Store {
  readonly incarnation: string;
  readonly secret: string;
  readonly buckets: number;
}

async function openStore(
  connection: RedisConnection,
  key: string,
  mode: string,
  limits: Readonly<Record<string, string>>,
  buckets: number,
  crawl: string,
): Promise<Store> {
  const args = [mode, randomUUID(), randomBytes(12).toString('hex'), String(buckets)];
  const named = Object.entries(limits).flat();
  const defaults = Object.entries(DEFAULT_LIMITS).flat();
  const reply = (await OPEN.run(
    connection,
    [key],
    [...args, String(named.length), ...named, ...defaults],
  )) as RedisReply[];
  const [kind, , incarnation, secret, kept] = reply;
  if (kind === 'OK')
    return { incarnation: String(incarnation), secret: String(secret), buckets: Number(kept) };
  if (kind === 'TORN') throw torn(crawl);
  throw refusalOf(String(kind), String(reply[1] ?? ''), crawl, connection.name);
}

function refusalOf(kind: string, format: string, crawl: string, server: string): FrontierError {
  if (kind === 'NONE')
    return new FrontierError(
      'ERR_OXBOW_CRAWLER_FRONTIER_UNKNOWN',
      `there is no crawl '${crawl}' on ${server}: begin it with its seeds, or correct crawl= in the URL`,
    );
  if (kind === 'EXISTS')
    return new FrontierError(
      'ERR_OXBOW_REDIS_CRAWL_EXISTS',
      `there is a crawl '${crawl}' on ${server} already: go on with it, or name the new one otherwise (crawl= in the URL)`,
    );
  const what =
    kind === 'FORMAT'
      ? `was written by another version of @oxbow/redis (its format is ${format}, this one's ${FORMAT})`
      : 'is no crawl of @oxbow/redis: its key is used by something else';
  return new FrontierError(
    'ERR_OXBOW_REDIS_CRAWL_FOREIGN',
    `'${crawl}' on ${server} ${what}: name the crawl otherwise`,
  );
}

/** A crawl's name. @throws CrawlerOptionError for none, and for one that cannot be used */
export function checkedCrawl(crawl: string | undefined): string {
  if (crawl !== undefined && CRAWL_NAME.test(crawl)) return crawl;
  throw new CrawlerOptionError(
    'crawl',
    crawl === undefined
      ? 'name the crawl in the URL, such as redis://localhost/0?crawl=docs: a server may hold several'
      : `a crawl is named by 1 to 100 letters, digits, '.', '_' and '-', not '${crawl}'`,
  );
}

function bucketsFor(expectedUrls: number = DEFAULT_EXPECTED_URLS): number {
  if (!(expectedUrls >= 1))
    throw new CrawlerOptionError(
      'expectedUrls',
      `expectedUrls is a number of at least 1, not ${String(expectedUrls)}`,
    );
  return Math.min(MAX_BUCKETS, 2 ** Math.ceil(Math.log2(Math.max(1, expectedUrls / URLS_PER_BUCKET))));
}
