/**
 * The boundary where what ends an HTTP/2 stream becomes this package's errors: a code of RFC 9113 §7, or an error of node:http2.
 */
import { HttpError, NOT_PROCESSED, ProtocolError, ReadError, WriteError } from '../errors.ts';

/** How far a request on a stream had come when the stream ended. */
export type StreamPhase = 'sending' | 'waiting' | 'receiving';

/** Codes of RFC 9113 §7. */
export const NO_ERROR = 0x0;
const PROTOCOL_ERROR = 0x1;
const FLOW_CONTROL_ERROR = 0x3;
const FRAME_SIZE_ERROR = 0x6;
/** Nothing of the request was acted on: it may be sent again, whatever its method (RFC 9113 §8.7). */
export const REFUSED_STREAM = 0x7;
export const CANCEL = 0x8;
const COMPRESSION_ERROR = 0x9;
export const HTTP_1_1_REQUIRED = 0xd;

const INVALID: ReadonlySet<number> = new Set([
  PROTOCOL_ERROR,
  FLOW_CONTROL_ERROR,
  FRAME_SIZE_ERROR,
  COMPRESSION_ERROR,
]);

/** The server has not acted on a request and never will: a GOAWAY below its stream, or REFUSED_STREAM. */
export function notProcessed(why: string, cause?: unknown): ReadError {
  return new ReadError(NOT_PROCESSED, `the server did not begin on the request: ${why}`, { cause });
}

/** What the end of a stream means for its request. @param code of the RST_STREAM, either way */
export function mapHttp2Error(code: number, phase: StreamPhase, cause: unknown): Error {
  if (cause instanceof HttpError) return cause;
  if (code === REFUSED_STREAM) return notProcessed('REFUSED_STREAM', cause);
  if (code === HTTP_1_1_REQUIRED) return notProcessed('it wants HTTP/1.1', cause);
  const isOfConnection = (cause as { code?: unknown } | undefined)?.code === 'ERR_HTTP2_SESSION_ERROR';
  if (INVALID.has(code) && !isOfConnection) {
    const message = `the response is not HTTP/2 as it should be (error code ${code})`;
    return new ProtocolError('ERR_OXBOW_HTTP_BAD_RESPONSE', message, { cause });
  }
  const reason = cause instanceof Error ? cause.message : `error code ${code}`;
  if (phase === 'receiving') {
    const message = `the stream was closed inside the response: ${reason}`;
    return new ReadError('ERR_OXBOW_HTTP_BODY_CUT_SHORT', message, { cause });
  }
  if (phase === 'sending') {
    const message = `the stream was closed while the request was being sent: ${reason}`;
    return new WriteError('ERR_OXBOW_HTTP_SEND_FAILED', message, { cause });
  }
  const message = `the stream was closed before a response came: ${reason}`;
  return new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', message, { cause });
}
