/**
 * The status codes of a Close frame (RFC 6455 §7.4): their names, and which of them may travel on the wire.
 */

/** The registered close codes (RFC 6455 §7.4.1 and the IANA WebSocket Close Code Number Registry). */
export const CloseCode: {
  /** The purpose of the connection is fulfilled. */
  readonly NORMAL: 1000;
  /** The endpoint goes away: a server shuts down, a page is left. */
  readonly GOING_AWAY: 1001;
  /** The peer broke the protocol. */
  readonly PROTOCOL_ERROR: 1002;
  /** The peer sent a type of data this endpoint does not take. */
  readonly UNSUPPORTED_DATA: 1003;
  /** Never on the wire: the peer's Close frame had no code. */
  readonly NO_STATUS: 1005;
  /** Never on the wire: the connection ended without a Close frame. */
  readonly ABNORMAL: 1006;
  /** A text message was not UTF-8. */
  readonly INVALID_PAYLOAD: 1007;
  /** A message broke a rule of this endpoint. */
  readonly POLICY_VIOLATION: 1008;
  /** A message is larger than this endpoint takes. */
  readonly MESSAGE_TOO_BIG: 1009;
  /** The server did not agree to an extension the client needs. */
  readonly MANDATORY_EXTENSION: 1010;
  /** The server met an unexpected condition. */
  readonly INTERNAL_ERROR: 1011;
  /** The server restarts; come back after a while. */
  readonly SERVICE_RESTART: 1012;
  /** The server is overloaded, or the client too slow; come back later. */
  readonly TRY_AGAIN_LATER: 1013;
} = Object.freeze({
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  NO_STATUS: 1005,
  ABNORMAL: 1006,
  INVALID_PAYLOAD: 1007,
  POLICY_VIOLATION: 1008,
  MESSAGE_TOO_BIG: 1009,
  MANDATORY_EXTENSION: 1010,
  INTERNAL_ERROR: 1011,
  SERVICE_RESTART: 1012,
  TRY_AGAIN_LATER: 1013,
});

/**
 * Whether a close code may be sent or received in a Close frame.
 *
 * 1004 is reserved, 1005, 1006 and 1015 are for local use (RFC 6455 §7.4.1); 1012–1014 came by registration;
 * 3000–3999 belong to libraries and 4000–4999 to applications (§7.4.2).
 */
export function isWireCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  if (code >= 1007) return code <= 1014;
  return code >= 1000 && code <= 1003;
}
