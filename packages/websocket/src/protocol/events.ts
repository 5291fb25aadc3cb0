/**
 * What the receiving half tells its owner.
 */
import type { ProtocolViolation } from './errors.ts';

/** Told in the order of the wire, synchronously. */
export interface ReceiveEvents {
  /** A whole message. A binary one is a copy of its own that the receiver may keep and change. */
  message(data: string | Uint8Array): void;
  /** A Ping (§5.5.2) to be answered by a Pong with the same payload; a copy, at most 125 bytes. */
  ping(payload: Uint8Array): void;
  /** A Pong (§5.5.3), asked for or not; a copy, at most 125 bytes. */
  pong(payload: Uint8Array): void;
  /** The peer's Close frame (§5.5.1); `code` is undefined when it had none. Nothing comes after it. */
  close(code: number | undefined, reason: string): void;
  /** The peer broke a rule: fail the connection. Nothing comes after it. */
  violation(error: ProtocolViolation): void;
}
