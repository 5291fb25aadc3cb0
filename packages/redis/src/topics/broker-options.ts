/** What can be set for topics on a server. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { ClientLibrary } from '../connection/connect-redis.ts';
import { RedisOptionError } from '../errors.ts';

/** Options of `redisBroker`. All processes that share topics give the same ones. `Infinity` is no limit; `leaseMs` and `probeMs` have one. */
export interface RedisBrokerOptions {
  /** What the names of all keys and channels begin with: topics of other prefixes are other topics. 1 to 64 letters, digits, `-`, `_`, `.`, `:`. Default `ox`. */
  readonly prefix?: string | undefined;
  /** Messages remembered of each topic. Default 100, ≥ 1. */
  readonly historyMessages?: number | undefined;
  /** Bytes remembered of each topic. Default 1 MiB, ≥ 1. */
  readonly historyBytes?: number | undefined;
  /** How long a message is remembered, in ms. Default an hour. */
  readonly historyMs?: number | undefined;
  /** A topic that nobody uses for so many ms is forgotten, and begins another epoch. Default a day; not less than `historyMs`. */
  readonly topicMs?: number | undefined;
  /** How long the name (`id`) of a message is remembered, in ms: published again in that time it keeps its place. Default 5 minutes. */
  readonly idMs?: number | undefined;
  /** A process that is gone leaves with its members after so many ms. Default 15,000, ≥ 1,000. */
  readonly leaseMs?: number | undefined;
  /** How often the way of a message is tried out, and how long it may take, in ms. Default 5,000, ≥ 100. */
  readonly probeMs?: number | undefined;
  /** How long a call tries again while the server is away, in ms. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Which client library to use, of those installed. Default: ioredis, else @redis/client. */
  readonly client?: ClientLibrary | undefined;
  /** Told of faults that no call waits for and that do not pass by themselves: a topic or a lease that the server refuses. Default: a warning of the process. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The defaults of {@link RedisBrokerOptions} that are numbers or words. */
export const REDIS_BROKER_DEFAULTS: Readonly<{
  prefix: string;
  historyMessages: number;
  historyBytes: number;
  historyMs: number;
  topicMs: number;
  idMs: number;
  leaseMs: number;
  probeMs: number;
  timeoutMs: number;
}> = Object.freeze({
  prefix: 'ox',
  historyMessages: 100,
  historyBytes: 1_048_576,
  historyMs: 3_600_000,
  topicMs: 86_400_000,
  idMs: 300_000,
  leaseMs: 15_000,
  probeMs: 5_000,
  timeoutMs: 15_000,
});

/** {@link RedisBrokerOptions}, complete. */
export type RedisBrokerSettings = typeof REDIS_BROKER_DEFAULTS & {
  readonly client: ClientLibrary | undefined;
  readonly onError: (error: unknown) => void;
};

/** The least that each number may be; those that may be Infinity have no limit then. */
const LEAST: Readonly<Record<string, readonly [least: number, mayBeInfinite: boolean]>> = {
  historyMessages: [1, true],
  historyBytes: [1, true],
  historyMs: [1, true],
  topicMs: [1, true],
  idMs: [1, true],
  leaseMs: [1000, false],
  probeMs: [100, false],
  timeoutMs: [0, true],
};

/** Fills in the defaults. @throws RedisOptionError for a value out of its range */
export function brokerSettings(options: RedisBrokerOptions): RedisBrokerSettings {
  checkOptions(options, [...Object.keys(REDIS_BROKER_DEFAULTS), 'client', 'onError'], 'redisBroker()');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = {
    ...REDIS_BROKER_DEFAULTS,
    client: undefined,
    onError: warn,
    ...given,
  } as RedisBrokerSettings;
  for (const name of Object.keys(LEAST)) checkNumber(name, settings[name as 'idMs']);
  if (!/^[\w.:-]{1,64}$/.test(settings.prefix)) {
    const words = `prefix is 1 to 64 letters, digits, '-', '_', '.' or ':'; got ${JSON.stringify(settings.prefix)}`;
    throw new RedisOptionError('prefix', words);
  }
  if (typeof settings.onError !== 'function') throw new RedisOptionError('onError', 'onError is a function');
  // A topic outlives its messages, or their places would be given again.
  return { ...settings, topicMs: Math.max(settings.topicMs, settings.historyMs) };
}

function checkNumber(name: string, value: number): void {
  const [least, mayBeInfinite] = LEAST[name]!;
  const isDuration = name.endsWith('Ms');
  if (value === Number.POSITIVE_INFINITY && mayBeInfinite) return;
  const isNumber = typeof value === 'number' && value >= least && value <= Number.MAX_SAFE_INTEGER;
  if (isNumber && (isDuration || Number.isInteger(value))) return;
  const what = isDuration ? 'a number of milliseconds' : 'a whole number';
  const range = `of at least ${least}${mayBeInfinite ? ', or Infinity' : ''}`;
  throw new RedisOptionError(name, `${name} is ${what} ${range}; got ${String(value)}`);
}

const warned = new Set<string>();
/** Different faults that are warned of; more are not. */
const MAX_WARNINGS = 100;

function warn(error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  if (warned.has(words) || warned.size >= MAX_WARNINGS) return;
  warned.add(words);
  process.emitWarning(`@oxbow/redis/topics: ${words}`);
}
