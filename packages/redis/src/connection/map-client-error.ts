/** Turns what a client library throws into this package's errors: the one place that knows their names. */
import { RedisConnectionError, type RedisError, RedisReplyError, RedisServerError } from '../errors.ts';

/** The classes of ioredis and @redis/client for an error that the server answered with. */
const REPLY_ERRORS: ReadonlySet<string> = new Set(['ReplyError', 'SimpleError', 'BlobError', 'ErrorReply']);
const ACCESS = /^(NOAUTH|WRONGPASS|NOPERM)\b|AUTH.*without any password configured/;

/** What a command came to. @param server its name in messages */
export function mapClientError(error: unknown, server: string): RedisError {
  if (isReplyError(error)) {
    return ACCESS.test(error.message) && !error.message.startsWith('NOPERM')
      ? accessRefused(error, server)
      : new RedisReplyError(error.message, { cause: error });
  }
  return new RedisConnectionError('cut', `the connection to ${server} was cut (${messageOf(error)})`, {
    cause: error,
  });
}

/** What an attempt to connect came to. */
export function mapConnectError(error: unknown, server: string): RedisError {
  if (isReplyError(error) && ACCESS.test(error.message)) return accessRefused(error, server);
  if (isReplyError(error)) return new RedisReplyError(error.message, { cause: error });
  return new RedisConnectionError(
    'unreachable',
    `no server can be reached at ${server} (${messageOf(error)}): start one, or correct the URL`,
    { cause: error },
  );
}

function accessRefused(error: Error, server: string): RedisServerError {
  return new RedisServerError(
    'access',
    `${server} does not let this user in (${error.message}): give the user and password in the URL, as redis://user:password@host`,
    { cause: error },
  );
}

function isReplyError(error: unknown): error is Error {
  return error instanceof Error && (REPLY_ERRORS.has(error.name) || REPLY_ERRORS.has(error.constructor.name));
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
