/** Whether a server can be built upon, told from what it says of itself. It sends one command and changes nothing. */
import { RedisServerError } from '../errors.ts';
import type { RedisCommands } from './redis-commands.ts';
import { RedisScript } from './redis-script.ts';

/** The oldest server that can be used: scripts with flags came with it. */
export const MIN_SERVER_VERSION = '7.0';

/** What a server says of itself. */
export interface ServerFacts {
  readonly product: 'redis' | 'valkey';
  /** Of the product: `7.0.15`, `8.0.1`. */
  readonly version: string;
  /** Names this run of the server: another after each start, and of each replica that becomes the primary. */
  readonly runId: string;
  /** The server writes an append-only file. */
  readonly hasAppendOnlyFile: boolean;
  /** The append-only file is being rewritten, or is about to be. */
  readonly isRewriting: boolean;
  /** The server's limit on its memory, in bytes; Infinity when it has none. */
  readonly maxMemoryBytes: number;
  readonly usedMemoryBytes: number;
}

/** In the script's own node: a cluster is asked where the keys are. */
const INFO = new RedisScript(
  `#!lua flags=no-writes,allow-stale,allow-oom
return redis.call('INFO', 'server') .. redis.call('INFO', 'memory') .. redis.call('INFO', 'persistence') .. redis.call('INFO', 'replication')`,
);

/**
 * Asks a server what it is, and refuses one that would lose what is kept in it.
 * @param key any key of the caller's: in a cluster, the node that has it is asked
 * @throws RedisServerError for a server older than 7.0, one that evicts keys, or a replica; the message says what to do
 * @throws RedisConnectionError, RedisReplyError as {@link RedisCommands.send}
 */
export async function checkServer(commands: Pick<RedisCommands, 'send'>, key: string): Promise<ServerFacts> {
  let text: string;
  try {
    text = String(await INFO.run(commands, [key], []));
  } catch (error) {
    throw asServerFault(error);
  }
  const info = new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const),
  );
  const facts = factsOf(info);
  if (info.get('role') === 'slave') {
    const primary = `${info.get('master_host')}:${info.get('master_port')}`;
    throw new RedisServerError(
      'replica',
      `this server is a replica of ${primary}: name the primary, or sentinels that know it (?sentinel=NAME)`,
    );
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (Number.isFinite(facts.maxMemoryBytes) && policy !== 'noeviction') {
    throw new RedisServerError(
      'eviction',
      `this server evicts keys when its memory is full (maxmemory-policy ${policy}), and what is kept here would be lost: ` +
        'set maxmemory-policy noeviction, or use another server',
    );
  }
  return facts;
}

function factsOf(info: ReadonlyMap<string, string>): ServerFacts {
  const valkey = info.get('valkey_version');
  const maxMemory = Number(info.get('maxmemory') ?? 0);
  return {
    product: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? info.get('redis_version') ?? 'unknown',
    runId: info.get('run_id') ?? '',
    hasAppendOnlyFile: info.get('aof_enabled') === '1',
    isRewriting: info.get('aof_rewrite_in_progress') === '1' || info.get('aof_rewrite_scheduled') === '1',
    maxMemoryBytes: maxMemory === 0 ? Number.POSITIVE_INFINITY : maxMemory,
    usedMemoryBytes: Number(info.get('used_memory') ?? 0),
  };
}

/** A server before 7.0 takes the first line of a script for a mistake in Lua. */
function asServerFault(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (/unexpected symbol near '#'|near '!'/.test(message)) {
    return new RedisServerError(
      'version',
      `this server is older than ${MIN_SERVER_VERSION}: use Redis ${MIN_SERVER_VERSION} or newer, or Valkey`,
      { cause: error },
    );
  }
  if (/NOPERM|NOAUTH|WRONGPASS/.test(message)) {
    return new RedisServerError(
      'access',
      `this user of the server may not run what is needed (${message}): see the access rules in the README of @oxbow/redis`,
      { cause: error },
    );
  }
  return error;
}
