/**
 * Holds a peer to its rates: messages, and control frames, per second. Says what the peer did; failing the connection is
 * the connection's business.
 */
import { PeerError, type PeerErrorCode } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import { RateLimit } from './rate-limit.ts';

/** The rates, per second; Infinity for no limit. */
export interface FloodLimits {
  readonly maxMessagesPerSecond: number;
  readonly maxControlFramesPerSecond: number;
}

/** Counts what one peer sends. */
export class FloodGuard {
  readonly #messages: RateLimit;
  readonly #controlFrames: RateLimit;

  constructor(limits: FloodLimits) {
    this.#messages = new RateLimit(limits.maxMessagesPerSecond);
    this.#controlFrames = new RateLimit(limits.maxControlFramesPerSecond);
  }

  /** Counts a message. @returns why the connection must be failed, if it must */
  message(nowMs: number): PeerError | undefined {
    if (this.#messages.allows(nowMs)) return undefined;
    return tooFast('ERR_OXBOW_WS_TOO_MANY_MESSAGES', 'maxMessagesPerSecond', this.#messages);
  }

  /** Counts a Ping or Pong. @returns why the connection must be failed, if it must */
  controlFrame(nowMs: number): PeerError | undefined {
    if (this.#controlFrames.allows(nowMs)) return undefined;
    return tooFast('ERR_OXBOW_WS_TOO_MANY_CONTROL_FRAMES', 'maxControlFramesPerSecond', this.#controlFrames);
  }
}

function tooFast(code: PeerErrorCode, option: string, { count, perSecond }: RateLimit): PeerError {
  const message = `The connection was failed: ${count} within a second are over ${option} (${perSecond}).`;
  return new PeerError(code, CloseCode.POLICY_VIOLATION, message, { limit: perSecond, actual: count });
}
