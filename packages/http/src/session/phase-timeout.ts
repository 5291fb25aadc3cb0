/**
 * The error for a phase that took too long: which class, which code, and which option to raise.
 */
import {
  BodyTimeoutError,
  ConnectTimeoutError,
  DeadlineError,
  HeadersTimeoutError,
  type PhaseTimeoutError,
  QueueTimeoutError,
  SendTimeoutError,
} from '../errors.ts';
import type { Timeouts } from './session-options.ts';

/** The phases of one sending. */
export type SendingPhase = 'queue' | 'connect' | 'send' | 'headers' | 'body';

/** The error for a phase that exceeded its limit. */
export function phaseTimeout(phase: SendingPhase, timeouts: Timeouts, origin: string): PhaseTimeoutError {
  const { queueMs, connectMs, sendMs, headersMs, bodyMs } = timeouts;
  switch (phase) {
    case 'queue': {
      const message = `no connection to ${origin} became free within ${queueMs} ms (timeouts.queueMs)`;
      return new QueueTimeoutError(phase, queueMs, 'ERR_OXBOW_HTTP_QUEUE_TIMEOUT', message);
    }
    case 'connect': {
      const message = `no connection to ${origin} within ${connectMs} ms (timeouts.connectMs)`;
      return new ConnectTimeoutError(phase, connectMs, 'ERR_OXBOW_HTTP_CONNECT_TIMEOUT', message);
    }
    case 'send': {
      const message = `${origin} took nothing of the request body for ${sendMs} ms (timeouts.sendMs)`;
      return new SendTimeoutError(phase, sendMs, 'ERR_OXBOW_HTTP_SEND_TIMEOUT', message);
    }
    case 'headers': {
      const message = `no response from ${origin} within ${headersMs} ms after the request was sent (timeouts.headersMs)`;
      return new HeadersTimeoutError(phase, headersMs, 'ERR_OXBOW_HTTP_HEADERS_TIMEOUT', message);
    }
    case 'body': {
      const message = `the body from ${origin} stood still for ${bodyMs} ms (timeouts.bodyMs)`;
      return new BodyTimeoutError(phase, bodyMs, 'ERR_OXBOW_HTTP_BODY_TIMEOUT', message);
    }
  }
}

/** The error for the one deadline; `phase` says what was going on. */
export function deadlinePassed(totalMs: number, phase: string): DeadlineError {
  const message = `the deadline of ${totalMs} ms passed (timeoutMs, timeouts.totalMs) in phase ${phase}`;
  return new DeadlineError('total', totalMs, 'ERR_OXBOW_HTTP_DEADLINE', message);
}
