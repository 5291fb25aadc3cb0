/**
 * A credential that gets its own bearer tokens (OAuth 2.0, RFC 6749): by client credentials (§4.4) or a refresh token (§6). A token is
 * asked for once, however many wait for it; it is renewed before it expires, and once when a server refuses it all the same.
 */
import { createTask, currentLoop, shield, type Task } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { HttpError, type HttpErrorDetails, InvalidRequestError } from '../errors.ts';
import {
  basic,
  type Credential,
  type CredentialScope,
  originsOf,
  type Refusal,
  refuseControls,
} from '../guard/credentials.ts';
import { redactUrl } from '../redaction.ts';
import { request as oneOff } from '../session/one-off.ts';
import type { RequestOptions } from '../session/request-options.ts';
import type { Response } from '../session/response.ts';

/** A token as a server gave it. */
export interface OAuthToken {
  readonly accessToken: string;
  /** A new one, where the server gave one: the old one may be void. */
  readonly refreshToken: string | undefined;
  /** Milliseconds from now; Infinity when the server did not say. */
  readonly expiresInMs: number;
}

/** What asks for tokens: a {@link Session}, for one. */
export interface TokenSender {
  request(method: string, url: string | URL, options?: RequestOptions): PromiseLike<Response>;
}

/** Options of {@link oauth}. */
export interface OAuthOptions extends CredentialScope {
  /** The token endpoint; https, or of this machine. */
  readonly tokenUrl: string | URL;
  readonly clientId: string;
  /** `undefined` for a public client, which has none. */
  readonly clientSecret?: string | undefined;
  /** How the client proves itself: `basic`, as RFC 6749 §2.3.1 prefers, or in the `body`. Default basic, body without a secret. */
  readonly clientAuth?: 'basic' | 'body' | undefined;
  /** Renews by this; without it by client credentials. */
  readonly refreshToken?: string | undefined;
  /** What is asked for, separated by blanks. */
  readonly scope?: string | undefined;
  /** Fields of the request beside those of the RFC, such as `audience`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Told of every token, to keep a new refresh token. What it throws fails the requests that wait. */
  readonly onToken?: ((token: OAuthToken) => void) | undefined;
  /** So long before its end a token is renewed. Default 30,000 ms. */
  readonly renewBeforeMs?: number | undefined;
  /** How long asking for a token may take. Default 30,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** What sends the requests for tokens. Default: a session of the package's own. */
  readonly session?: TokenSender | undefined;
}

/** The defaults of {@link OAuthOptions}. */
export const OAUTH_DEFAULTS: { readonly renewBeforeMs: number; readonly timeoutMs: number } = Object.freeze({
  /** Clocks differ, and a request takes its time. */
  renewBeforeMs: 30_000,
  timeoutMs: 30_000,
});

const OPTION_NAMES: readonly string[] = [
  'origins',
  'tokenUrl',
  'clientId',
  'clientSecret',
  'clientAuth',
  'refreshToken',
  'scope',
  'parameters',
  'onToken',
  'session',
  ...Object.keys(OAUTH_DEFAULTS),
];

/** Raised when no token could be got: the server of tokens refuses, or does not answer as one. Look at `error` and `cause`. */
export class TokenError extends HttpError {
  static {
    TokenError.prototype.name = 'TokenError';
  }
  /** What the server called it (RFC 6749 §5.2), such as `invalid_client`; `undefined` when it did not say. */
  readonly error: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, error?: string, status?: number, details?: HttpErrorDetails) {
    super('ERR_OXBOW_HTTP_TOKEN', message, details);
    this.error = error;
    this.status = status;
  }
}

function invalid(message: string): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
}

function tokenUrlOf(given: string | URL): string {
  const text = String(given);
  if (!URL.canParse(text)) return invalid(`tokenUrl is not a URL: ${redactUrl(text)}`);
  const { protocol, hostname } = new URL(text);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  // RFC 6749 §3.2: secrets and tokens go over it.
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) {
    return invalid(`tokenUrl must be https, it carries secrets; got ${redactUrl(text)}`);
  }
  return text;
}

function duration(value: number | undefined, name: keyof typeof OAUTH_DEFAULTS, least: number): number {
  const given = value ?? OAUTH_DEFAULTS[name];
  if (typeof given === 'number' && given >= least) return given;
  return invalid(`${name} must be milliseconds of ${least} or more, got ${String(given)}`);
}

/** RFC 6749 §2.3.1: both are form-encoded before they become user name and password. */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

class OAuth implements Credential {
  readonly origins: readonly string[] | undefined;
  readonly #options: OAuthOptions;
  readonly #tokenUrl: string;
  readonly #renewBeforeMs: number;
  readonly #timeoutMs: number;
  #refreshToken: string | undefined;
  #token: string | undefined;
  #renewAtMs = 0;
  /** The token being asked for: all wait for the same one. */
  #asking: Task<string> | undefined;

  constructor(options: OAuthOptions) {
    this.origins = originsOf(options);
    this.#options = options;
    this.#tokenUrl = tokenUrlOf(options.tokenUrl);
    this.#refreshToken = options.refreshToken;
    this.#renewBeforeMs = duration(options.renewBeforeMs, 'renewBeforeMs', 0);
    this.#timeoutMs = duration(options.timeoutMs, 'timeoutMs', 1);
    if (typeof options.clientId !== 'string' || options.clientId === '')
      invalid('clientId must be a string that is not empty');
    if (options.refreshToken === undefined && options.clientSecret === undefined)
      invalid('client credentials need a clientSecret; without one give a refreshToken');
  }

  async authorization(): Promise<string> {
    const isFresh = this.#token !== undefined && currentLoop().time() < this.#renewAtMs;
    return `Bearer ${isFresh ? this.#token : await this.#renew()}`;
  }

  onRefused({ authorization }: Refusal): boolean {
    // Refused though it seemed fresh: once more with another. One that another request has replaced by now is as good.
    if (authorization === undefined) return false;
    if (authorization === `Bearer ${this.#token}`) this.#token = undefined;
    return true;
  }

  // A request that is cancelled while waiting leaves the others their answer.
  #renew(): PromiseLike<string> {
    if (this.#asking === undefined) {
      const asking = createTask(() => this.#ask(), { name: 'asking for a token' }) as Task<string>;
      this.#asking = asking;
      asking.addDoneCallback(() => {
        this.#asking = undefined;
      });
      // Its failure is that of those who wait; with nobody left it is nobody's.
      asking.observe();
    }
    return shield(this.#asking);
  }

  async #ask(): Promise<string> {
    const startedMs = currentLoop().time();
    const send = this.#options.session?.request.bind(this.#options.session) ?? oneOff;
    const response = await send('POST', this.#tokenUrl, this.#request());
    const token = await this.#read(response);
    this.#refreshToken = token.refreshToken ?? this.#refreshToken;
    this.#token = token.accessToken;
    this.#renewAtMs = startedMs + token.expiresInMs - this.#renewBeforeMs;
    this.#options.onToken?.(token);
    return token.accessToken;
  }

  #request(): RequestOptions {
    const { clientId, clientSecret, scope, parameters } = this.#options;
    const inBody = (this.#options.clientAuth ?? (clientSecret === undefined ? 'body' : 'basic')) === 'body';
    const grant =
      this.#refreshToken === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: this.#refreshToken };
    const client = {
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    };
    return {
      form: { ...grant, ...(scope === undefined ? {} : { scope }), ...(inBody ? client : {}), ...parameters },
      headers: { accept: 'application/json' },
      auth: inBody ? false : basic(formEncoded(clientId), formEncoded(clientSecret ?? '')),
      redirect: 'error',
      timeoutMs: this.#timeoutMs,
    };
  }

  async #read(response: Response): Promise<OAuthToken> {
    const where = redactUrl(this.#tokenUrl);
    let body: Readonly<Record<string, unknown>>;
    try {
      body = (await response.json<Record<string, unknown>>()) ?? {};
    } catch (cause) {
      if (!(cause instanceof HttpError)) throw cause;
      throw new TokenError(
        `${where} answered ${response.status} without a token`,
        undefined,
        response.status,
        { cause },
      );
    }
    const { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken } = body;
    if (!response.ok || typeof accessToken !== 'string') {
      const error = typeof body['error'] === 'string' ? body['error'] : undefined;
      const why = [error ?? `answered ${response.status} without a token`, body['error_description']];
      const message = `no token from ${where}: ${why.filter((one) => typeof one === 'string').join(': ')}`;
      throw new TokenError(message, error, response.status);
    }
    const seconds = Number(expiresIn);
    return {
      accessToken: refuseControls(accessToken, 'token'),
      refreshToken: typeof refreshToken === 'string' ? refreshToken : undefined,
      expiresInMs: expiresIn === undefined || !(seconds >= 0) ? Number.POSITIVE_INFINITY : seconds * 1000,
    };
  }
}

/**
 * A credential that gets bearer tokens by itself (OAuth 2.0, RFC 6749), by client credentials or a refresh token. However many requests
 * wait, one asks; a token is renewed before its end, and once when it is refused with 401.
 *
 * @throws {InvalidRequestError} for options that cannot be right. @throws {UsageError} for an unknown one.
 */
export function oauth(options: OAuthOptions): Credential {
  checkOptions(options, OPTION_NAMES, 'oauth');
  return new OAuth(Object.assign(Object.create(null), options) as OAuthOptions);
}
