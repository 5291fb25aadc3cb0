/**
 * Which proxy a request goes through: what the caller said, or the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`).
 * Hosts are compared as parsed, never as text: `localhost.`, `[::1]` and `127.0.0.2` are loopback as `localhost` is. Connects to nothing.
 */
import { isIP } from 'node:net';
import { InvalidRequestError } from '../errors.ts';
import { type AddressBlock, isInBlock, parseAddress, parseBlock } from '../guard/ip-address.ts';

/** A proxy, its credentials split off. */
export interface ProxyServer {
  /** `https:` is HTTP over TLS to the proxy; `socks5h:` lets the proxy resolve names, `socks5:` does not. */
  readonly protocol: 'http:' | 'https:' | 'socks5:' | 'socks5h:';
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** What a caller may give as `proxy`. */
export type ProxyInput = string | URL | ProxyOptions | 'environment' | false;

/** A proxy with exceptions. */
export interface ProxyOptions {
  /** `http://`, `https://`, `socks5://` or `socks5h://`, with userinfo when the proxy wants credentials. */
  readonly url: string | URL;
  /** Hosts that are connected to directly, in the form of the variable NO_PROXY. Default none. */
  readonly noProxy?: string | readonly string[] | undefined;
}

/** Gives the proxy for an origin; `undefined` to connect directly. */
export type ProxyChoice = (origin: URL) => ProxyServer | undefined;

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
  'socks5h:': 1080,
};

function invalid(message: string): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_PROXY', message);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads the URL of a proxy. @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_PROXY`, without its credentials in the message. */
export function parseProxy(given: string | URL, where: string): ProxyServer {
  const text = String(given).trim();
  // As curl reads the variables: a proxy without a scheme is an HTTP proxy.
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const scheme = withScheme.slice(0, withScheme.indexOf(':') + 1).toLowerCase();
  const protocol = scheme === 'socks:' ? 'socks5:' : scheme;
  const defaultPort = DEFAULT_PORTS[protocol];
  if (defaultPort === undefined) {
    invalid(
      `${where} is a proxy of a kind this client does not know (${scheme}); it knows http, https, socks5, socks5h`,
    );
  }
  let url: URL;
  try {
    // Only for special schemes hosts are parsed as hosts.
    url = new URL(`http${withScheme.slice(scheme.length - 1)}`);
  } catch {
    return invalid(`${where} is not the URL of a proxy`);
  }
  if (url.hostname === '') invalid(`${where} names no host`);
  // The port 80 vanishes from a parsed http URL.
  const isPort80 = /^[^/?#]*:0*80(?:[/?#]|$)/.test(withScheme.slice(scheme.length + 2));
  return Object.freeze({
    protocol: protocol as ProxyServer['protocol'],
    hostname: bareHost(url),
    port: url.port === '' ? (isPort80 ? 80 : defaultPort) : Number(url.port),
    username: decoded(url.username),
    password: decoded(url.password),
  });
}

function bareHost(url: URL): string {
  const { hostname } = url;
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

/** One entry of NO_PROXY. */
interface Exception {
  readonly host: string | undefined;
  readonly block: AddressBlock | undefined;
  readonly port: number | undefined;
}

const LOOPBACK = [parseBlock('127.0.0.0/8'), parseBlock('::1/128')];

function addressOf(host: string): Uint8Array | undefined {
  const bytes = parseAddress(host);
  // RFC 4291 §2.5.5.2: an IPv4-mapped address is the IPv4 address.
  if (bytes?.length === 16 && isInBlock(bytes, MAPPED)) return bytes.subarray(12);
  return bytes;
}
const MAPPED = parseBlock('::ffff:0:0/96');

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const address = addressOf(host);
  return address !== undefined && LOOPBACK.some((block) => isInBlock(address, block));
}

function parseException(entry: string): Exception | undefined {
  const cidr = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry);
  if (cidr !== null) {
    const bytes = parseAddress(cidr[1] ?? '');
    const prefixBits = Number(cidr[2]);
    if (bytes === undefined || prefixBits > bytes.length * 8) return undefined;
    return { host: undefined, block: { bytes, prefixBits }, port: undefined };
  }
  const bare = entry.replace(/^\*?\./, '');
  // A bare IPv6 address has colons that are no port's.
  const text = isIP(bare) === 6 ? `[${bare}]` : bare;
  try {
    const url = new URL(`http://${text}`);
    const port = /:(\d+)$/.exec(text.replace(/\[[^\]]*\]/, ''))?.[1];
    return { host: bareHost(url), block: undefined, port: port === undefined ? undefined : Number(port) };
  } catch {
    return undefined;
  }
}

function matches({ host, block, port }: Exception, targetHost: string, targetPort: number): boolean {
  if (port !== undefined && port !== targetPort) return false;
  const address = addressOf(targetHost);
  if (block !== undefined) return address !== undefined && isInBlock(address, block);
  if (host === undefined) return false;
  if (host === targetHost || (isLoopback(host) && isLoopback(targetHost))) return true;
  if (address !== undefined) {
    const other = addressOf(host);
    return other !== undefined && Buffer.compare(address, other) === 0;
  }
  // The host itself and everything below it, as in curl.
  return targetHost.endsWith(`.${host}`);
}

/** Reads NO_PROXY: hosts (and their subdomains), addresses, CIDR blocks, each with a port if wanted, and `*` for all. */
export function parseNoProxy(text: string): (origin: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  if (entries.includes('*')) return () => true;
  const exceptions = entries.map(parseException).filter((exception) => exception !== undefined);
  return (origin) => {
    const host = bareHost(origin).toLowerCase();
    const port = Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80);
    return exceptions.some((exception) => matches(exception, host, port));
  };
}

/** The proxies that an environment names; lower-case names go before upper-case ones. `undefined` when it names none. */
export function proxyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ProxyChoice | undefined {
  const own = (name: string): string | undefined => (Object.hasOwn(env, name) ? env[name] : undefined);
  const read = (name: string): string | undefined => own(name.toLowerCase()) || own(name) || undefined;
  const proxyOf = (name: string, text: string | undefined): ProxyServer | undefined =>
    text === undefined ? undefined : parseProxy(text, `the variable ${name}`);
  // In a CGI program HTTP_PROXY is a header of the request: a client that sends one would choose our proxy (CVE-2016-5385).
  const http = own('REQUEST_METHOD') === undefined ? read('HTTP_PROXY') : own('http_proxy');
  const all = read('ALL_PROXY');
  const forHttp = http === undefined ? proxyOf('ALL_PROXY', all) : proxyOf('HTTP_PROXY', http);
  const https = read('HTTPS_PROXY');
  const forHttps = https === undefined ? proxyOf('ALL_PROXY', all) : proxyOf('HTTPS_PROXY', https);
  if (forHttp === undefined && forHttps === undefined) return undefined;
  const isException = parseNoProxy(read('NO_PROXY') ?? '');
  return (origin) => {
    if (isException(origin)) return undefined;
    return origin.protocol === 'https:' ? forHttps : forHttp;
  };
}

/** What the option `proxy` means. @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_PROXY` */
export function proxyChoice(
  given: ProxyInput | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ProxyChoice | undefined {
  if (given === undefined || given === 'environment') return proxyFromEnvironment(env);
  if (given === false) return undefined;
  if (typeof given === 'string' || given instanceof URL) {
    const proxy = parseProxy(given, 'the option proxy');
    return () => proxy;
  }
  if (typeof given !== 'object' || given === null || given.url === undefined) {
    return invalid("the option proxy is a URL, { url, noProxy }, 'environment' or false");
  }
  const proxy = parseProxy(given.url, 'the option proxy');
  const noProxy = Object.hasOwn(given, 'noProxy') ? given.noProxy : undefined;
  const isException = parseNoProxy(String(noProxy ?? ''));
  return (origin) => (isException(origin) ? undefined : proxy);
}

/** The value of Proxy-Authorization (RFC 9110 §11.7.2, RFC 7617); `undefined` for a proxy without credentials. */
export function proxyAuthorization(proxy: ProxyServer): string | undefined {
  if (proxy.username === '' && proxy.password === '') return undefined;
  return `Basic ${Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64')}`;
}
