// biome-ignore-all assist/source/organizeImports: the order is that of the headings
/** The public door of `@oxbow/http`. */

// Sessions
export {
  type EventSourceOptions,
  type PagesOptions,
  Session,
} from './session/session.ts';
export {
  type LimitOptions,
  type Limits,
  SESSION_DEFAULTS,
  type SessionOptions,
  type TimeoutOptions,
  type Timeouts,
} from './session/session-options.ts';
export type { Progress, RequestOptions } from './session/request-options.ts';
export type { NextPage } from './session/pages.ts';
export type { DownloadOptions, SaveOptions } from './session/body-file.ts';
export type { RequestEnded, RequestStarted } from './session/diagnostics.ts';
export type { MapOptions } from './session/map.ts';
export type { Middleware, Next, OutgoingRequest } from './session/middleware.ts';
export type { HeadersInput } from './session/request-headers.ts';
export type { QueryInput, QueryValue } from './session/target.ts';
export type { BodyInput, FormInput, FormValue } from './body/upload.ts';
export type { UploadSource } from './body/upload-stream.ts';

// One-offs, without a session of one's own
export { del, del as delete, get, head, options, patch, post, put, request } from './session/one-off.ts';

// Requests and responses
export { Request } from './session/request.ts';
export { Response, StatusError } from './session/response.ts';
export { ResponseHeaders } from './session/response-headers.ts';
export type { Timings } from './timings.ts';
export type { Attempt, AttemptReason } from './attempt.ts';
export type { SchemaResult, StandardSchema } from './session/body-read.ts';

// Field values
export { type Link, parseLink } from './protocol/link.ts';
export { extractMediaType, type MediaType, parseMediaType } from './protocol/media-type.ts';
export { formatHttpDate, parseHttpDate } from './policy/http-date.ts';

// Policies
export { RETRY_DEFAULTS, type RetryOptions, type RetryPolicy, retryAfterMs } from './policy/retry.ts';
export type { RedirectPolicy } from './policy/redirect.ts';

// Guards and credentials
export { type AddressGuard, type AddressTarget, isPublicAddress } from './guard/address-guard.ts';
export { digest } from './auth/digest.ts';
export { netrc } from './auth/netrc.ts';
export {
  OAUTH_DEFAULTS,
  type OAuthOptions,
  type OAuthToken,
  oauth,
  TokenError,
  type TokenSender,
} from './auth/oauth.ts';
export {
  basic,
  bearer,
  type Credential,
  type CredentialRequest,
  type CredentialScope,
  type Refusal,
} from './guard/credentials.ts';

// Recording and replaying
export type { Har, HarContent, HarEntry, HarPair } from './har/har.ts';
export { HAR_RECORDER_DEFAULTS, HarRecorder, type HarRecorderOptions } from './har/har-recorder.ts';
export { replayHar } from './har/har-replay.ts';

// Sparing an origin
export type { AdaptiveOptions } from './resilience/adaptive-limit.ts';
export { BREAKER_DEFAULTS, type BreakerOptions, type BreakerState } from './resilience/breaker.ts';
export { HEDGE_DEFAULTS, type HedgeOptions } from './resilience/hedge.ts';
export { MemoryRateLimitStore, type Rate, type RateLimitStore } from './resilience/rate-limit.ts';
export type { RateOptions, RetryBudgetOptions, SafeguardOptions } from './resilience/safeguard-options.ts';
export type { OriginStatistics, SessionStatistics } from './session/statistics.ts';

// Cookies
export { CookieJar } from './cookies/cookie-jar.ts';
export { type CookieStore, MemoryCookieStore, type StoredCookie } from './cookies/cookie-store.ts';

// Cache
export {
  type CacheEntry,
  type CacheStore,
  MEMORY_CACHE_DEFAULTS,
  type MemoryCacheOptions,
  MemoryCacheStore,
} from './cache/cache-store.ts';
export type { CacheOptions } from './cache/cache-transport.ts';
export { type SqliteCacheOptions, SqliteCacheStore } from './cache/sqlite-cache-store.ts';

// Transports
export type {
  ConnectionInfo,
  Transport,
  TransportCall,
  TransportHandler,
  TransportRequest,
} from './transport/transport.ts';
export {
  UNDICI_TRANSPORT_DEFAULTS,
  UndiciTransport,
  type UndiciTransportOptions,
} from './transport/undici-transport.ts';
export type { ProxyInput, ProxyOptions } from './transport/proxy-settings.ts';
export type { LookupFunction } from './transport/resolver.ts';
export type { TlsOptions } from './transport/connector.ts';
export {
  type MockAnswer,
  type MockReply,
  type MockRequest,
  MockTransport,
  type MockTransportOptions,
  type MockUrl,
} from './transport/mock-transport.ts';

// Errors
export {
  BlockedAddressError,
  BodyTimeoutError,
  BodyTooLargeError,
  BodyUsedError,
  BreakerOpenError,
  ConnectError,
  ConnectTimeoutError,
  DeadlineError,
  DecodingError,
  ExpansionError,
  HeadersTimeoutError,
  HeadersTooLargeError,
  HttpError,
  type HttpErrorDetails,
  InvalidRequestError,
  PhaseTimeoutError,
  ProtocolError,
  ProxyError,
  QueueFullError,
  QueueTimeoutError,
  ReadError,
  RedirectError,
  SchemaError,
  type SchemaIssue,
  SendTimeoutError,
  SessionClosedError,
  type TimeoutPhase,
  TlsError,
  TooManyRedirectsError,
  TransportError,
  WriteError,
} from './errors.ts';
