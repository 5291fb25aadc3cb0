/**
 * Credentials that know where they belong. They are not headers: the Authorization field is made anew for each hop, and
 * only for an origin that the credential names. So no redirect and no mistyped URL can carry one away. Schemes: Basic
 * (RFC 7617), Bearer (RFC 6750).
 */
import { InvalidRequestError } from '../errors.ts';

/** A request that is about to be sent. */
export interface CredentialRequest {
  readonly method: string;
  readonly origin: string;
  /** Path and query, as sent. */
  readonly path: string;
}

/** A request that was answered with 401. */
export interface Refusal extends CredentialRequest {
  /** The field WWW-Authenticate, or several of them. */
  readonly challenges: readonly string[];
  /** The value of Authorization it was sent with. */
  readonly authorization: string | undefined;
}

/** Something that can prove who is asking, to some origins. Made by {@link basic}, {@link bearer}, {@link digest} and {@link oauth}. */
export interface Credential {
  /** The origins it is for; `undefined` for the origin of the baseUrl, or of the request it was given with. */
  readonly origins: readonly string[] | undefined;
  /** In place of origins: host names, over https at any port; over http when they are of this machine. */
  readonly hosts?: readonly string[] | undefined;
  /** The value of Authorization, `undefined` for none. May take its time, for a token that is refreshed. */
  authorization(request: CredentialRequest): string | undefined | PromiseLike<string | undefined>;
  /**
   * Asked when the answer is 401: whether there is something better to show. Then {@link authorization} is asked again and the request,
   * if its body allows it, sent again; at most twice.
   */
  onRefused?(refusal: Refusal): boolean | PromiseLike<boolean>;
}

/** Credentials whose value never changes: nobody has to be asked for it. */
const constants = new WeakSet<Credential>();

/** Whether a credential gives the same text, at once, whenever it is asked. */
export function isConstant(credential: Credential): boolean {
  return constants.has(credential);
}

/** A credential of one value; with `hosts` for these in place of origins. */
function constant(
  origins: readonly string[] | undefined,
  value: string,
  hosts?: readonly string[],
): Credential {
  const credential: Credential = Object.freeze({ origins, hosts, authorization: () => value });
  constants.add(credential);
  return credential;
}

/** Where a credential belongs. */
export interface CredentialScope {
  /** Origins such as `https://api.example.org`. Default: the origin of the baseUrl, or of the request it is given with. */
  readonly origins?: readonly string[] | undefined;
}

/** The origins of a scope in their canonical form. @throws {InvalidRequestError} for what is none. */
export function originsOf(scope: CredentialScope): readonly string[] | undefined {
  return scope.origins?.map((origin) => {
    try {
      return new URL(origin).origin;
    } catch (cause) {
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', `not an origin: ${origin}`, { cause });
    }
  });
}

/** Gives text back that a header can carry. @throws {InvalidRequestError} */
export function refuseControls(value: string, what: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x1f\x7f]/.test(value)) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_CREDENTIAL',
      `the ${what} holds control characters`,
    );
  }
  return value;
}

/** What a credential of a user's gave. @throws {InvalidRequestError} for what a header cannot carry. */
export function checkedAuthorization(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return refuseControls(value, 'value of Authorization');
  const message = `authorization() of a credential gives a string or undefined, not ${typeof value}`;
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_CREDENTIAL', message);
}

function basicValue(username: string, password: string): string {
  if (username.includes(':')) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_CREDENTIAL',
      'a Basic user name cannot hold a colon',
    );
  }
  const pair = `${refuseControls(username, 'user name')}:${refuseControls(password, 'password')}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/**
 * User name and password (RFC 7617, UTF-8). @throws {InvalidRequestError} for a colon in the name or control characters.
 *
 * @example
 * ```ts
 * import { basic, Session } from '@oxbow/http';
 *
 * const session = new Session({ auth: basic('ada', 'secret', { origins: ['https://example.org'] }) });
 * await session.close();
 * ```
 */
export function basic(username: string, password: string, scope: CredentialScope = {}): Credential {
  return constant(originsOf(scope), basicValue(username, password));
}

/** The same for host names, at any port: see {@link Credential.hosts}. */
export function basicForHosts(username: string, password: string, hosts: readonly string[]): Credential {
  return constant(undefined, basicValue(username, password), hosts);
}

/**
 * A bearer token (RFC 6750), or a function that gives the present one each time a request is sent.
 *
 * @example
 * ```ts
 * import { bearer, Session } from '@oxbow/http';
 *
 * const session = new Session({ baseUrl: 'https://api.example.org/', auth: bearer('token') });
 * await session.close();
 * ```
 */
export function bearer(
  token: string | (() => string | PromiseLike<string>),
  scope: CredentialScope = {},
): Credential {
  const format = (text: string): string => `Bearer ${refuseControls(text, 'token')}`;
  const origins = originsOf(scope);
  if (typeof token === 'string') {
    return constant(origins, format(token));
  }
  return Object.freeze({
    origins,
    authorization: () => {
      const current = token();
      return typeof current === 'string' ? format(current) : current.then(format);
    },
  });
}

/**
 * The credential to send to an origin, if there is one. What names its origins goes wherever those are; what does not goes home
 * only: to `homeOrigin`, or nowhere when that is `undefined`.
 */
export function credentialFor(
  credentials: readonly Credential[],
  origin: string,
  homeOrigin: string | undefined,
): Credential | undefined {
  return credentials.find((one) => {
    if (one.hosts !== undefined) return isOfHosts(one.hosts, origin);
    return one.origins === undefined ? origin === homeOrigin : one.origins.includes(origin);
  });
}

/** Over plain http a password goes no further than this machine. */
function isOfHosts(hosts: readonly string[], origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (!hosts.includes(hostname)) return false;
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
