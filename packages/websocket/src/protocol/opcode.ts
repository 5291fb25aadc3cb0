/**
 * The opcodes of RFC 6455 §5.2 and §11.8, and what kind each of them is.
 */

/** What a frame carries (RFC 6455 §11.8). 0x3–0x7 and 0xB–0xF are reserved. */
export const Opcode: {
  readonly CONTINUATION: 0x0;
  readonly TEXT: 0x1;
  readonly BINARY: 0x2;
  readonly CLOSE: 0x8;
  readonly PING: 0x9;
  readonly PONG: 0xa;
} = Object.freeze({ CONTINUATION: 0x0, TEXT: 0x1, BINARY: 0x2, CLOSE: 0x8, PING: 0x9, PONG: 0xa });

/** One of the six defined opcodes. */
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** RFC 6455 §5.5: control frames are those whose opcode has its highest bit set. */
export function isControlOpcode(opcode: number): boolean {
  return (opcode & 0x8) !== 0;
}

/** RFC 6455 §5.2: opcodes without a meaning yet; receiving one fails the connection. */
export function isReservedOpcode(opcode: number): boolean {
  return (opcode & 0x7) > 2;
}
