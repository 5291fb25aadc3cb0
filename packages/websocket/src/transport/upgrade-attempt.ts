/**
 * A request to speak WebSocket, whatever brought it, and the ways to answer it.
 */
import type { Transport } from './transport.ts';

/** Header fields of an answer. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** A request to upgrade, before it is judged. */
export interface UpgradeAttempt {
  readonly method: string;
  /** The request target as it was sent: `/chat?room=7`, or a whole address (RFC 9112 §3.2). */
  readonly target: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  /** Whether it came over HTTP/2 (RFC 8441): then there is nothing to upgrade, and no key. */
  readonly isExtendedConnect: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** How many Host fields the request has. */
  readonly hosts: number;
  readonly remoteAddress: string | undefined;
  /** Whether the peer has gone meanwhile. */
  readonly isGone: boolean;
  /** Whether nobody has answered yet, neither we nor another listener. */
  readonly isUnanswered: boolean;
  /** Told when the peer goes before it has an answer. */
  onGone(callback: () => void): void;
  /** Sends 101 and gives the transport; undefined when the peer has gone. */
  accept(headers: HeaderFields): Transport | undefined;
  /** Sends a status and closes. @param body default: the reason, as plain text */
  refuse(status: number, reason: string, headers: HeaderFields, body?: string | Uint8Array): void;
}

/** A client that does not read its refusal, or does not go after it, is cut after so long, in ms. */
export const REFUSAL_TIMEOUT_MS = 2_000;
