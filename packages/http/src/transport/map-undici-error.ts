/**
 * The one boundary where undici's and Node's errors become this package's. The cause is always kept.
 * Which phase the request was in decides what a lost connection means.
 */
import {
  HeadersTooLargeError,
  HttpError,
  InvalidRequestError,
  ProtocolError,
  ReadError,
  SessionClosedError,
  TransportError,
  WriteError,
} from '../errors.ts';

/** How far a request had come when its connection failed. */
export type FailurePhase = 'sending' | 'waiting' | 'receiving';

interface CodedError extends Error {
  readonly code?: unknown;
}

function connectionLost(error: CodedError, phase: FailurePhase): TransportError {
  const cause = error;
  if (phase === 'sending') {
    const message = `the connection broke while the request was being sent: ${error.message}`;
    return new WriteError('ERR_OXBOW_HTTP_SEND_FAILED', message, { cause });
  }
  const message =
    phase === 'waiting'
      ? `the connection was closed before a response came: ${error.message}`
      : `the connection was closed inside the response: ${error.message}`;
  const code = phase === 'waiting' ? 'ERR_OXBOW_HTTP_CONNECTION_CLOSED' : 'ERR_OXBOW_HTTP_BODY_CUT_SHORT';
  return new ReadError(code, message, { cause });
}

/** Translates what undici reports for a request. Errors of this package, from the connector, pass unchanged. */
export function mapUndiciError(error: Error, phase: FailurePhase): Error {
  if (error instanceof HttpError) return error;
  const code = String((error as CodedError).code ?? '');
  const cause = error;
  // undici's code for a bad response is not always set, and a bad header block with a Content-Length goes by another name.
  const isLengthMismatch = code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  if (error.name === 'HTTPParserError' || (isLengthMismatch && phase !== 'receiving')) {
    const what = isLengthMismatch ? 'its header block is malformed' : error.message;
    return new ProtocolError('ERR_OXBOW_HTTP_BAD_RESPONSE', `the response is not HTTP/1.1: ${what}`, {
      cause,
    });
  }
  switch (code) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new HeadersTooLargeError(
        'ERR_OXBOW_HTTP_HEADERS_TOO_LARGE',
        'the response has too many bytes of headers',
        {
          cause,
        },
      );
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new ReadError('ERR_OXBOW_HTTP_BODY_CUT_SHORT', 'the body is not as long as its Content-Length', {
        cause,
      });
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return new WriteError(
        'ERR_OXBOW_HTTP_LENGTH_MISMATCH',
        'the request body is not as long as announced',
        { cause },
      );
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_REQUEST', error.message, { cause });
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return new SessionClosedError({ cause });
    case 'UND_ERR_SOCKET':
      // undici's word for bytes that came when none were due, and for upgrades nobody asked for.
      if (error.message.startsWith('bad ')) {
        const message = 'the server sent a response that does not belong here';
        return new ProtocolError('ERR_OXBOW_HTTP_BAD_RESPONSE', message, { cause });
      }
      return connectionLost(error, phase);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
      return connectionLost(error, phase);
    default:
      return new TransportError('ERR_OXBOW_HTTP_TRANSPORT', `the request failed: ${error.message}`, {
        cause,
      });
  }
}
