/**
 * Credentials that know where they belong. They are not headers: the Authorization field is made for each hop anew, and
 * only for an origin the credential names, so no redirect and no mistyped URL can carry one away.
 * Schemes: Basic (RFC 7617), Bearer (RFC 6750).
 */
import { InvalidRequestError } from '../errors.ts';

/** Something that can prove who is asking, to some origins. Made by {@link basic} and {@link bearer}. */
export interface Credential {
  /** The origins it is for; `undefined` for the origin of the baseUrl, or of the request it was given with. */
  readonly origins: readonly string[] | undefined;
  /** The value of Authorization. May take its time, for a token that is refreshed. */
  authorization(): string | PromiseLike<string>;
}

/** Credentials whose value never changes: nobody has to be asked for it. */
const constants = new WeakSet<Credential>();

/** Whether a credential gives the same text, at once, whenever it is asked. */
export function isConstant(credential: Credential): boolean {
  return constants.has(credential);
}

function constant(origins: readonly string[] | undefined, value: string): Credential {
  const credential: Credential = Object.freeze({ origins, authorization: () => value });
  constants.add(credential);
  return credential;
}

/** Where a credential belongs. */
export interface CredentialScope {
  /** Origins such as `https://api.example.org`. Default: the origin of the baseUrl, or of the request it is given with. */
  readonly origins?: readonly string[] | undefined;
}

function originsOf(scope: CredentialScope): readonly string[] | undefined {
  return scope.origins?.map((origin) => {
    try {
      return new URL(origin).origin;
    } catch (cause) {
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', `not an origin: ${origin}`, { cause });
    }
  });
}

function refuseControls(value: string, what: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x1f\x7f]/.test(value)) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_CREDENTIAL',
      `the ${what} holds control characters`,
    );
  }
  return value;
}

/** User name and password (RFC 7617, UTF-8). @throws {InvalidRequestError} for a colon in the name or control characters. */
export function basic(username: string, password: string, scope: CredentialScope = {}): Credential {
  if (username.includes(':')) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_CREDENTIAL',
      'a Basic user name cannot hold a colon',
    );
  }
  const pair = `${refuseControls(username, 'user name')}:${refuseControls(password, 'password')}`;
  const value = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  return constant(originsOf(scope), value);
}

/** A bearer token (RFC 6750), or a function that gives the present one each time a request is sent. */
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
  return credentials.find((one) =>
    one.origins === undefined ? origin === homeOrigin : one.origins.includes(origin),
  );
}
