/**
 * Puts frames together to messages (RFC 6455 §5.4) and control frames to events (§5.5). It holds them to the
 * rules and limits: who must mask, which frame may follow which, and how large a message may be.
 *
 * The common case, a message in one frame in one chunk, is decoded right where it lies. Everything else is copied
 * together, and text is validated as it comes, so that a bad octet fails the connection inside a frame.
 */
import { CloseCode } from './close-code.ts';
import { readClosePayload } from './control-frames.ts';
import { ProtocolViolation } from './errors.ts';
import type { ReceiveEvents } from './events.ts';
import type { FrameHeader } from './frame-header.ts';
import type { FrameSink } from './frame-parser.ts';
import {
  checkCompressedBytes,
  checkFragments,
  checkMessageBytes,
  checkTextBytes,
  MAX_CONTROL_PAYLOAD_BYTES,
  type MessageLimits,
} from './limits.ts';
import { isControlOpcode, isReservedOpcode, Opcode } from './opcode.ts';
import { PayloadBuffer } from './payload-buffer.ts';
import type { Inflater } from './permessage-deflate.ts';
import type { TextCodec } from './text-codec.ts';
import { Utf8Validator } from './utf8-validator.ts';

/** Which end of the connection this is. */
export type Role = 'client' | 'server';

/** No message is under way. */
const NONE = -1;

const EMPTY = new Uint8Array(0);

/** RSV1 as the parser gives it: the highest of the three bits. */
const RSV1 = 4;

/** A frame sink that tells messages and control frames. */
export class MessageAssembler implements FrameSink {
  readonly #expectsMask: boolean;
  readonly #limits: MessageLimits;
  readonly #text: TextCodec;
  readonly #events: ReceiveEvents;
  readonly #utf8 = new Utf8Validator();
  readonly #payload = new PayloadBuffer();
  readonly #control = new Uint8Array(MAX_CONTROL_PAYLOAD_BYTES);
  #controlBytes = 0;

  /** TEXT or BINARY while a message is under way. */
  #messageOpcode: number = NONE;
  #isCompressed = false;
  #fragments = 0;
  /** Payload bytes the frames of the message announced so far. */
  #announced = 0;
  /** The current frame. */
  #opcode = 0;
  #fin = false;
  #frameLength = 0;
  /** Whether the bytes being parsed are somebody else's again afterwards: then a message is always a copy. */
  isLent = false;
  /** Where permessage-deflate was agreed on (RFC 7692). */
  inflater: Inflater | undefined;

  /**
   * @param role this end; a server wants masked frames and a client unmasked ones (§5.1)
   * @param inflater where permessage-deflate was agreed on (RFC 7692)
   */
  constructor(
    role: Role,
    limits: MessageLimits,
    text: TextCodec,
    events: ReceiveEvents,
    inflater?: Inflater,
  ) {
    this.inflater = inflater;
    this.#expectsMask = role === 'server';
    this.#limits = limits;
    this.#text = text;
    this.#events = events;
  }

  frameStart(header: Readonly<FrameHeader>): void {
    const { opcode } = header;
    if (header.rsv !== 0) this.#checkReserved(header);
    if (isReservedOpcode(opcode)) throw violation(`opcode 0x${opcode.toString(16)} is reserved`);
    // §5.1: clients must mask, servers must not.
    if (header.masked !== this.#expectsMask) {
      throw violation(this.#expectsMask ? 'a client sent an unmasked frame' : 'a server sent a masked frame');
    }
    this.#opcode = opcode;
    this.#fin = header.fin;
    this.#frameLength = header.length;
    if (isControlOpcode(opcode)) this.#startControl(header);
    else this.#startData(header);
  }

  framePayload(bytes: Uint8Array, start: number, end: number): void {
    if (isControlOpcode(this.#opcode)) {
      this.#control.set(bytes.subarray(start, end), this.#controlBytes);
      this.#controlBytes += end - start;
    } else if (this.#fin && this.#fragments === 1 && end - start === this.#frameLength) {
      this.#tell(
        this.#isCompressed ? this.#decodeInflated(bytes, start, end) : this.#decodeWhole(bytes, start, end),
      );
    } else {
      if (this.#messageOpcode === Opcode.TEXT && !this.#isCompressed && !this.#utf8.push(bytes, start, end))
        throw notUtf8();
      // Only the last frame tells how long the message is.
      const mostLength = this.#fin ? this.#announced : this.#limits.maxMessageBytes;
      this.#payload.append(bytes, start, end, mostLength);
    }
  }

  frameEnd(): void {
    if (isControlOpcode(this.#opcode)) this.#endControl();
    // A message in one piece has been told already.
    else if (this.#fin && this.#messageOpcode !== NONE) this.#tell(this.#collect());
  }

  /** Whether no message has begun. */
  get isIdle(): boolean {
    return this.#messageOpcode === NONE;
  }

  /** Drops a half message and its memory. */
  clear(): void {
    this.#payload.clear();
  }

  #startControl(header: Readonly<FrameHeader>): void {
    // §5.5: at most 125 bytes, never fragmented.
    if (!header.fin) throw violation('a control frame is fragmented');
    if (header.length > MAX_CONTROL_PAYLOAD_BYTES) {
      throw violation(
        `a control frame has ${header.length} bytes of payload, more than ${MAX_CONTROL_PAYLOAD_BYTES}`,
      );
    }
    this.#controlBytes = 0;
  }

  #startData(header: Readonly<FrameHeader>): void {
    if (header.opcode === Opcode.CONTINUATION) {
      // §5.4: a continuation needs a message to continue …
      if (this.#messageOpcode === NONE) throw violation('a continuation frame continues nothing');
    } else {
      // … and a message must end before the next begins.
      if (this.#messageOpcode !== NONE) throw violation('a message begins inside another one');
      this.#messageOpcode = header.opcode;
      this.#isCompressed = header.rsv === RSV1;
      this.#utf8.reset();
    }
    this.#fragments += 1;
    this.#announced += header.length;
    if (this.#isCompressed) checkCompressedBytes(this.#limits, this.#announced);
    else checkMessageBytes(this.#limits, this.#announced);
    if (this.#messageOpcode === Opcode.TEXT) checkTextBytes(this.#text.maxTextBytes, this.#announced);
    checkFragments(this.#limits, this.#fragments);
  }

  /** The next message starts afresh, whatever the listener does. */
  #tell(message: string | Uint8Array): void {
    this.#messageOpcode = NONE;
    this.#fragments = 0;
    this.#announced = 0;
    this.#events.message(message);
  }

  #decodeWhole(bytes: Uint8Array, start: number, end: number): string | Uint8Array {
    if (this.#messageOpcode === Opcode.BINARY) {
      return this.isLent ? copyOf(bytes, start, end) : ownedPart(bytes, start, end);
    }
    const text = this.#text.decode(bytes, start, end);
    if (text === undefined) throw notUtf8();
    return text;
  }

  /** §5.2: reserved bits mean nothing, but for RSV1 on the first frame of a compressed message (RFC 7692 §6). */
  #checkReserved({ rsv, opcode }: Readonly<FrameHeader>): void {
    if (this.inflater === undefined) {
      throw violation('a reserved bit is set, but no extension was agreed on');
    }
    if (rsv !== RSV1) throw violation('a reserved bit is set that no extension uses');
    if (isControlOpcode(opcode)) throw violation('a control frame is marked as compressed');
    if (opcode === Opcode.CONTINUATION) throw violation('a continuation frame is marked as compressed');
  }

  #decodeInflated(bytes: Uint8Array, start: number, end: number): string | Uint8Array {
    const { maxMessageBytes } = this.#limits;
    const isText = this.#messageOpcode === Opcode.TEXT;
    const most = isText ? Math.min(maxMessageBytes, this.#text.maxTextBytes) : maxMessageBytes;
    const message = this.inflater!.inflate(bytes, start, end, most);
    if (message === 'too-big') throw inflatedTooBig(most);
    if (message === 'broken') throw badCompression();
    if (!isText) return message;
    const text = this.#text.decode(message, 0, message.length);
    if (text === undefined) throw notUtf8();
    return text;
  }

  #collect(): string | Uint8Array {
    if (this.#isCompressed) {
      const bytes = this.#payload.peek();
      const message = this.#decodeInflated(bytes, 0, bytes.length);
      this.#payload.clear();
      return message;
    }
    if (this.#messageOpcode === Opcode.BINARY) return this.#payload.take();
    // Every octet was validated as it came; only a code point cut off by the end is left to find.
    const bytes = this.#payload.peek();
    const text = this.#utf8.complete ? this.#text.decode(bytes, 0, bytes.length) : undefined;
    this.#payload.clear();
    if (text === undefined) throw notUtf8();
    return text;
  }

  #endControl(): void {
    const payload = this.#controlBytes === 0 ? EMPTY : copyOf(this.#control, 0, this.#controlBytes);
    if (this.#opcode === Opcode.PING) {
      this.#events.ping(payload);
    } else if (this.#opcode === Opcode.PONG) {
      this.#events.pong(payload);
    } else {
      const { code, reason } = readClosePayload(payload, this.#text);
      this.#events.close(code, reason);
    }
  }
}

/**
 * A binary message out of a chunk that is ours. One that makes up most of the chunk's memory stays where it is; another is
 * copied, so that a small message that is kept does not keep a large chunk.
 */
function ownedPart(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  if (length * 2 < bytes.buffer.byteLength) return copyOf(bytes, start, end);
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, length);
}

/** A plain Uint8Array of its own, also when `bytes` is of a subclass whose slice() is a view. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // slice() is the quickest by far, and Buffer's is none.
  if (bytes.constructor === Uint8Array) return bytes.slice(start, end);
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

function violation(message: string): ProtocolViolation {
  return new ProtocolViolation('PROTOCOL', CloseCode.PROTOCOL_ERROR, message);
}

function inflatedTooBig(limit: number): ProtocolViolation {
  const message = `a compressed message is over maxMessageBytes (${limit}) when it is decompressed`;
  return new ProtocolViolation('MESSAGE_TOO_BIG', CloseCode.MESSAGE_TOO_BIG, message, limit, limit + 1);
}

/** RFC 7692 names no code; 1007 says that the data does not fit its type. */
function badCompression(): ProtocolViolation {
  const message = 'a compressed message is no DEFLATE data';
  return new ProtocolViolation('BAD_COMPRESSION', CloseCode.INVALID_PAYLOAD, message);
}

/** §8.1: text that is not UTF-8 fails the connection. */
function notUtf8(): ProtocolViolation {
  return new ProtocolViolation('INVALID_UTF8', CloseCode.INVALID_PAYLOAD, 'a text message is not UTF-8');
}
