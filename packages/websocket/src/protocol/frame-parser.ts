/**
 * The incremental frame parser (RFC 6455 §5.2): bytes in, at any cuts, out come a header, the payload in the
 * pieces in which it arrived, and an end. It unmasks in place, allocates nothing for a length that was only
 * announced, and checks what the wire format itself demands. What a frame means (fragments, control frames,
 * limits) is the message assembler's business.
 */
import { CloseCode } from './close-code.ts';
import { ProtocolViolation } from './errors.ts';
import { type FrameHeader, MAX_HEADER_BYTES } from './frame-header.ts';
import { applyMask } from './mask.ts';

/** Hears what the parser finds, in order. Every call may throw a ProtocolViolation to stop the parser for good. */
export interface FrameSink {
  /** A header is complete. The object is reused for the next one: copy what must last. */
  frameStart(header: Readonly<FrameHeader>): void;
  /** The next piece of the payload, unmasked: `bytes[start…end)`, never empty. Valid only during the call. */
  framePayload(bytes: Uint8Array, start: number, end: number): void;
  /** The payload is complete. */
  frameEnd(): void;
}

/** 2^53 − 1 needs 21 bits of the upper length word. */
const MAX_SAFE_UPPER_WORD = 0x1f_ffff;

/** Reads frames off a byte stream. */
export class FrameParser {
  readonly #sink: FrameSink;
  readonly #header: FrameHeader = { fin: false, rsv: 0, opcode: 0, masked: false, maskKey: 0, length: 0 };
  /** Bytes of a header that is not complete yet. */
  readonly #partial = new Uint8Array(MAX_HEADER_BYTES);
  #partialBytes = 0;
  #inPayload = false;
  /** Payload bytes of the current frame that came already. */
  #received = 0;
  #stopAsked = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether no frame has begun. */
  get isIdle(): boolean {
    return !this.#inPayload && this.#partialBytes === 0;
  }

  /** Asked by the sink, during one of its calls: stop behind the current frame. */
  stop(): void {
    this.#stopAsked = true;
  }

  /**
   * Parses `bytes` from `start` on, until they end or `stop()` is called. The memory is written to (unmasking)
   * and not kept.
   *
   * @returns the offset of the first byte that was not taken: `bytes.length`, unless stopped
   * @throws ProtocolViolation when the bytes are no valid frames; the parser is then of no more use
   */
  parse(bytes: Uint8Array, start: number): number {
    const end = bytes.length;
    let at = start;
    this.#stopAsked = false;
    while (at < end || (this.#inPayload && this.#received === this.#header.length)) {
      if (!this.#inPayload) {
        at = this.#parseHeader(bytes, at);
        if (!this.#inPayload) return at;
      }
      const header = this.#header;
      const left = header.length - this.#received;
      const pieceEnd = left < end - at ? at + left : end;
      if (pieceEnd > at) {
        if (header.masked) applyMask(bytes, at, pieceEnd, header.maskKey, this.#received);
        this.#received += pieceEnd - at;
        this.#sink.framePayload(bytes, at, pieceEnd);
        at = pieceEnd;
      }
      if (this.#received < header.length) return at;
      this.#inPayload = false;
      this.#received = 0;
      this.#sink.frameEnd();
      if (this.#stopAsked) return at;
    }
    return at;
  }

  /** Reads a header, straight from `bytes` where it lies in them whole. */
  #parseHeader(bytes: Uint8Array, start: number): number {
    if (this.#partialBytes === 0) {
      const size = neededBytes(bytes, start, bytes.length);
      if (start + size <= bytes.length) {
        this.#readHeader(bytes, start);
        return start + size;
      }
    }
    const partial = this.#partial;
    let at = start;
    while (at < bytes.length) {
      partial[this.#partialBytes++] = bytes[at++]!;
      if (this.#partialBytes < neededBytes(partial, 0, this.#partialBytes)) continue;
      this.#partialBytes = 0;
      this.#readHeader(partial, 0);
      break;
    }
    return at;
  }

  #readHeader(bytes: Uint8Array, start: number): void {
    const header = this.#header;
    const first = bytes[start]!;
    const second = bytes[start + 1]!;
    header.fin = (first & 0x80) !== 0;
    header.rsv = (first >>> 4) & 0x7;
    header.opcode = first & 0xf;
    header.masked = (second & 0x80) !== 0;
    header.length = second & 0x7f;
    let at = start + 2;
    if (header.length === 126) {
      header.length = (bytes[at]! << 8) | bytes[at + 1]!;
      at += 2;
      if (header.length < 126) throw notMinimal(header.length, 16);
    } else if (header.length === 127) {
      header.length = longLength(readUint32(bytes, at), readUint32(bytes, at + 4));
      at += 8;
    }
    header.maskKey = header.masked
      ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
      : 0;
    this.#inPayload = true;
    this.#sink.frameStart(header);
  }
}

/** How many bytes the header at `start` takes, as far as the bytes up to `end` tell; at least one more than they are. */
function neededBytes(bytes: Uint8Array, start: number, end: number): number {
  if (start + 1 >= end) return 2;
  const second = bytes[start + 1]!;
  const length = second & 0x7f;
  return (length < 126 ? 2 : length === 126 ? 4 : 10) + ((second & 0x80) >>> 5);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 0x100_0000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
}

function longLength(upper: number, lower: number): number {
  // RFC 6455 §5.2: the most significant bit of the 64-bit length must be 0.
  if (upper > 0x7fff_ffff) throw violation('a 64-bit payload length has its highest bit set');
  if (upper > MAX_SAFE_UPPER_WORD) {
    const message = 'a payload length of 2^53 bytes or more is over every limit';
    throw new ProtocolViolation(
      'MESSAGE_TOO_BIG',
      CloseCode.MESSAGE_TOO_BIG,
      message,
      Number.MAX_SAFE_INTEGER,
    );
  }
  const length = upper * 0x1_0000_0000 + lower;
  if (length < 65_536) throw notMinimal(length, 64);
  return length;
}

/** RFC 6455 §5.2: the minimal number of bytes must be used to encode the length. */
function notMinimal(length: number, bits: number): ProtocolViolation {
  return violation(`a payload length of ${length} was written in ${bits} bits, not in as few as possible`);
}

function violation(message: string): ProtocolViolation {
  return new ProtocolViolation('PROTOCOL', CloseCode.PROTOCOL_ERROR, message);
}
