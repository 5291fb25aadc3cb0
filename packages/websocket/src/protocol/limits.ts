/**
 * What one message of the peer may cost, as numbers with units.
 */
import { CloseCode } from './close-code.ts';
import { ProtocolViolation } from './errors.ts';

/** Bounds on one incoming message. */
export interface MessageLimits {
  /** Payload bytes of one message, all fragments together; ≥ 1, default 1 MiB. */
  readonly maxMessageBytes: number;
  /**
   * Frames one message may be cut into; ≥ 1. By default as many as `maxMessageBytes`, at least 131,072: even a
   * full message sent byte by byte passes, an endless run of empty fragments does not. Fragments cost no memory
   * here beyond their bytes (they are copied together as they come), so this bound is about time.
   */
  readonly maxFragments: number;
}

/** 1 MiB: what most WebSocket servers allow, and four times what a chat or a JSON document needs. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_576;

/** The least default of `maxFragments`. */
export const LEAST_DEFAULT_MAX_FRAGMENTS = 131_072;

/** RFC 6455 §5.5: the payload of a control frame. */
export const MAX_CONTROL_PAYLOAD_BYTES = 125;

/** Fills in the defaults. */
export function messageLimits(given: {
  readonly maxMessageBytes?: number | undefined;
  readonly maxFragments?: number | undefined;
}): MessageLimits {
  const maxMessageBytes = given.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const maxFragments = given.maxFragments ?? Math.max(maxMessageBytes, LEAST_DEFAULT_MAX_FRAGMENTS);
  return { maxMessageBytes, maxFragments };
}

/** @throws ProtocolViolation (1009) when a message of that many bytes is over the limit */
export function checkMessageBytes(limits: MessageLimits, bytes: number): void {
  if (bytes <= limits.maxMessageBytes) return;
  throw new ProtocolViolation(
    'MESSAGE_TOO_BIG',
    CloseCode.MESSAGE_TOO_BIG,
    `a message of at least ${bytes} bytes is over maxMessageBytes (${limits.maxMessageBytes})`,
    limits.maxMessageBytes,
    bytes,
  );
}

/**
 * DEFLATE makes what it cannot compress a little longer: so much is let through. What comes of it is held to the limit itself.
 *
 * @throws ProtocolViolation (1009) when a compressed message of that many bytes cannot be within the limit
 */
export function checkCompressedBytes(limits: MessageLimits, bytes: number): void {
  const slackBytes = Math.ceil(limits.maxMessageBytes / 256) + 64;
  if (bytes > limits.maxMessageBytes + slackBytes) checkMessageBytes(limits, bytes);
}

/** @throws ProtocolViolation (1009) when a text of that many bytes cannot become a string, whatever `maxMessageBytes` says */
export function checkTextBytes(maxTextBytes: number, bytes: number): void {
  if (bytes <= maxTextBytes) return;
  throw new ProtocolViolation(
    'MESSAGE_TOO_BIG',
    CloseCode.MESSAGE_TOO_BIG,
    `a text of at least ${bytes} bytes is over what a string can hold here (${maxTextBytes})`,
    maxTextBytes,
    bytes,
  );
}

/** @throws ProtocolViolation (1008) when a message has that many fragments and may not */
export function checkFragments(limits: MessageLimits, fragments: number): void {
  if (fragments <= limits.maxFragments) return;
  throw new ProtocolViolation(
    'TOO_MANY_FRAGMENTS',
    CloseCode.POLICY_VIOLATION,
    `a message of at least ${fragments} fragments is over maxFragments (${limits.maxFragments})`,
    limits.maxFragments,
    fragments,
  );
}
