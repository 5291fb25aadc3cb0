/**
 * Reads the address of a server: `redis://user:password@host:6379/0?crawl=docs`. It reads text and opens nothing.
 *
 * `rediss://` is TLS; `valkey://` and `valkeys://` are the same two. Several hosts with `?sentinel=NAME` are sentinels that know the
 * primary called NAME; `redis+cluster://` names nodes of a cluster.
 */
import { nearestName } from '@oxbow/loop/lowlevel';
import { RedisOptionError } from '../errors.ts';

/** One host with its port. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** A server, by sentinels or by nodes of a cluster where the URL says so. */
export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Number of the database; 0 in a cluster. */
  readonly database: number;
  /** What the sentinels call the primary; undefined without sentinels. */
  readonly sentinelName: string | undefined;
  /** Parameters of the URL that are not the connection's: those the caller named. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The address for messages: without user and password. */
  readonly name: string;
}

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;
/** Of a server's databases: its own default is 16, and 2^31 the most it can have. */
const MAX_DATABASE = 2 ** 31 - 1;

const SCHEMES: Readonly<Record<string, { readonly tls: boolean; readonly cluster: boolean }>> = {
  redis: { tls: false, cluster: false },
  rediss: { tls: true, cluster: false },
  valkey: { tls: false, cluster: false },
  valkeys: { tls: true, cluster: false },
  'redis+cluster': { tls: false, cluster: true },
  'rediss+cluster': { tls: true, cluster: true },
};

/** scheme, user information, hosts, path, query */
const FORM = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/i;

/** True for a URL of a scheme that names a Redis or Valkey server. */
export function isRedisUrl(text: string): boolean {
  const scheme = FORM.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && Object.hasOwn(SCHEMES, scheme);
}

/**
 * Reads a server's URL.
 * @param parameters names of the query's parameters that the caller knows, beside `sentinel`
 * @throws RedisOptionError for a URL that cannot be used; the message never holds the password
 */
export function parseRedisUrl(text: string, parameters: readonly string[] = []): RedisAddress {
  const match = FORM.exec(text);
  const scheme = match?.[1]?.toLowerCase();
  const about = scheme === undefined ? undefined : SCHEMES[scheme];
  if (match === null || scheme === undefined || about === undefined || !Object.hasOwn(SCHEMES, scheme)) {
    throw new RedisOptionError(
      'url',
      `a server is named by a URL such as redis://host:6379/0 or rediss://user:password@host, not by '${withoutPassword(text)}'`,
    );
  }
  const [, , user, hosts = '', path = '', query = ''] = match;
  const given = readQuery(query, parameters);
  const sentinelName = given.get('sentinel');
  given.delete('sentinel');
  if (about.cluster && sentinelName !== undefined)
    throw new RedisOptionError('sentinel', 'a cluster has no sentinels: leave ?sentinel= out, or +cluster');
  const kind = about.cluster ? 'cluster' : sentinelName === undefined ? 'single' : 'sentinel';
  const nodes = readNodes(hosts, kind === 'sentinel' ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT);
  if (kind === 'single' && nodes.length > 1)
    throw new RedisOptionError(
      'url',
      'several hosts are sentinels (?sentinel=NAME) or a cluster (redis+cluster://): the URL says neither',
    );
  const database = readDatabase(path, kind);
  const shownHosts = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return {
    kind,
    nodes,
    tls: about.tls,
    ...readUser(user),
    database,
    sentinelName,
    parameters: Object.fromEntries(given),
    name: `${scheme}://${shownHosts.join(',')}${database === 0 ? '' : `/${database}`}`,
  };
}

function readUser(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (text === undefined || text === '') return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  const username = decoded(colon === -1 ? text : text.slice(0, colon));
  const password = colon === -1 ? undefined : decoded(text.slice(colon + 1));
  return { username: username === '' ? undefined : username, password };
}

function readNodes(text: string, defaultPort: number): [RedisNode, ...RedisNode[]] {
  const [first, ...others] = (text === '' ? 'localhost' : text)
    .split(',')
    .map((host) => readNode(host, defaultPort));
  return [first!, ...others];
}

function readNode(text: string, defaultPort: number): RedisNode {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (match === null || port < 1 || port > 65_535)
    throw new RedisOptionError(
      'url',
      `'${text}' is no host with a port from 1 to 65535, such as db.internal:6379`,
    );
  return { host: (match[1] ?? match[2])!, port };
}

function readDatabase(path: string, kind: RedisAddress['kind']): number {
  if (path === '') return 0;
  const database = /^\d{1,10}$/.test(path) ? Number(path) : Number.NaN;
  if (!(database <= MAX_DATABASE))
    throw new RedisOptionError(
      'url',
      `behind the host stands the number of a database, such as /0, not '/${path}'`,
    );
  if (kind === 'cluster' && database !== 0)
    throw new RedisOptionError('url', `a cluster has database 0 only, not ${database}`);
  return database;
}

function readQuery(text: string, known: readonly string[]): Map<string, string> {
  const names = ['sentinel', ...known];
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!names.includes(name)) {
      const nearest = nearestName(name, names);
      const hint = nearest === undefined ? `it takes ${names.join(', ')}` : `did you mean ${nearest}?`;
      throw new RedisOptionError(name, `unknown parameter '${name}' in the server's URL: ${hint}`);
    }
    if (value === '') throw new RedisOptionError(name, `${name}= in the server's URL needs a value`);
    given.set(name, value);
  }
  return given;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new RedisOptionError('url', "a '%' in the user or password of a URL is written %25", {
      cause: error,
    });
  }
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//…@');
}
