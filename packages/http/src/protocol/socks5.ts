/**
 * The client's side of SOCKS 5 (RFC 1928), with user name and password (RFC 1929): bytes in, bytes out, and how it ended.
 */

/** Where the proxy is to connect to. */
export interface Socks5Target {
  /** A name of at most 255 bytes, or the bytes of an address. */
  readonly host: string | Uint8Array;
  readonly port: number;
}

/** What to do after some bytes came. */
export interface Socks5Step {
  /** To be sent now, if there is anything. */
  readonly send?: Uint8Array | undefined;
  /** The tunnel stands: what is left belongs to the protocol inside it. */
  readonly rest?: Uint8Array | undefined;
  /** Why there is none. */
  readonly fault?: string | undefined;
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USERNAME_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const MAX_FIELD_BYTES = 255;

/** RFC 1928 §6 */
const REPLIES = [
  'succeeded',
  'general failure',
  'the connection is not allowed by its rules',
  'the network is unreachable',
  'the host is unreachable',
  'the connection was refused',
  'the time to live expired',
  'it does not know the command',
  'it does not know this kind of address',
];

type Stage = 'method' | 'authentication' | 'reply' | 'over';

/** One handshake. */
export class Socks5Handshake {
  readonly #target: Socks5Target;
  readonly #username: string;
  readonly #password: string;
  #stage: Stage = 'method';
  #held: Uint8Array = new Uint8Array(0);

  constructor(target: Socks5Target, username: string, password: string) {
    this.#target = target;
    this.#username = username;
    this.#password = password;
  }

  /** What is sent first (RFC 1928 §3). Credentials are offered only when there are some. */
  greeting(): Uint8Array {
    const methods = this.#username === '' ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USERNAME_PASSWORD];
    return Uint8Array.from([VERSION, methods.length, ...methods]);
  }

  /** Takes bytes of the proxy, cut anywhere. */
  receive(chunk: Uint8Array): Socks5Step {
    const held = new Uint8Array(this.#held.length + chunk.length);
    held.set(this.#held);
    held.set(chunk, this.#held.length);
    this.#held = held;
    switch (this.#stage) {
      case 'method':
        return this.#method();
      case 'authentication':
        return this.#authentication();
      case 'reply':
        return this.#reply();
      case 'over':
        return {};
    }
  }

  #method(): Socks5Step {
    if (this.#held.length < 2) return {};
    const [version, method] = this.#take(2);
    if (version !== VERSION) return this.#fail('it does not speak SOCKS 5');
    if (method === NO_AUTHENTICATION) return this.#connect();
    if (method !== USERNAME_PASSWORD || this.#username === '') {
      return this.#fail('it wants credentials of a kind it was not given');
    }
    this.#stage = 'authentication';
    const name = new TextEncoder().encode(this.#username);
    const password = new TextEncoder().encode(this.#password);
    if (name.length > MAX_FIELD_BYTES || password.length > MAX_FIELD_BYTES) {
      return this.#fail(`its credentials are longer than ${MAX_FIELD_BYTES} bytes (RFC 1929)`);
    }
    return { send: Uint8Array.from([1, name.length, ...name, password.length, ...password]) };
  }

  // RFC 1929 §2
  #authentication(): Socks5Step {
    if (this.#held.length < 2) return {};
    const [, status] = this.#take(2);
    return status === 0 ? this.#connect() : this.#fail('it refuses the credentials');
  }

  // RFC 1928 §4
  #connect(): Socks5Step {
    this.#stage = 'reply';
    const { host, port } = this.#target;
    const address = typeof host === 'string' ? new TextEncoder().encode(host) : host;
    if (address.length > MAX_FIELD_BYTES)
      return this.#fail(`the host name is longer than ${MAX_FIELD_BYTES} bytes`);
    const kind = typeof host === 'string' ? [NAME, address.length] : [address.length === 4 ? IPV4 : IPV6];
    return { send: Uint8Array.from([VERSION, CONNECT, 0, ...kind, ...address, port >> 8, port & 0xff]) };
  }

  // RFC 1928 §6
  #reply(): Socks5Step {
    if (this.#held.length < 5) return {};
    const [version, reply, , kind, first = 0] = this.#held;
    if (version !== VERSION) return this.#fail('its reply is not SOCKS 5');
    if (reply !== 0) return this.#fail(REPLIES[reply ?? 1] ?? `reply ${reply}`);
    const addressBytes = kind === IPV4 ? 4 : kind === IPV6 ? 16 : kind === NAME ? 1 + first : -1;
    if (addressBytes === -1) return this.#fail('its reply names no kind of address');
    const length = 4 + addressBytes + 2;
    if (this.#held.length < length) return {};
    this.#take(length);
    this.#stage = 'over';
    return { rest: this.#held };
  }

  #take(bytes: number): Uint8Array {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  #fail(fault: string): Socks5Step {
    this.#stage = 'over';
    return { fault };
  }
}
