/**
 * The one error of the protocol core: the peer broke a rule, and this is the close code that says so.
 */

/** The rule that was broken; the last part of the public error's code. */
export type ViolationKind =
  | 'PROTOCOL'
  | 'INVALID_UTF8'
  | 'BAD_COMPRESSION'
  | 'MESSAGE_TOO_BIG'
  | 'TOO_MANY_FRAGMENTS';

/**
 * Raised by the receiving half when the peer's bytes break RFC 6455 or a limit. The connection has to be failed
 * with `closeCode` (§7.1.7); nothing more can be read from it.
 */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
  readonly kind: ViolationKind;
  /** The close code that tells the peer (§7.4.1). */
  readonly closeCode: number;
  /** The limit that was broken, in the unit the message names; undefined where no limit is meant. */
  readonly limit: number | undefined;
  /** What came instead. */
  readonly actual: number | undefined;

  constructor(kind: ViolationKind, closeCode: number, message: string, limit?: number, actual?: number) {
    super(message);
    this.kind = kind;
    this.closeCode = closeCode;
    this.limit = limit;
    this.actual = actual;
  }
}
