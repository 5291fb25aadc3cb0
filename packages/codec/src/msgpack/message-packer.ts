// From a value to the bytes of its message: the short way where the value is plain, else guard and msgpackr. It knows both ways and when
// they must forget what they have defined, and no frame.
import { EncodeError } from '../errors.ts';
import type { Packer } from './packing.ts';
import type { ValueGuard } from './value-guard.ts';
import type { ValueWriter } from './value-writer.ts';

/** What a packer is made of. */
export interface MessagePackerParts {
  /** Named in errors. */
  readonly where: string;
  readonly maxFrameBytes: number;
  /** undefined where msgpackr has to write everything. */
  readonly writer: ValueWriter | undefined;
  readonly guard: ValueGuard;
  readonly packer: Packer;
}

/** Packs the messages of one stream, or messages that each stand alone. */
export class MessagePacker {
  readonly #parts: MessagePackerParts;

  constructor(parts: MessagePackerParts) {
    this.#parts = parts;
  }

  /**
   * The message of `value` behind `headroom` bytes for the caller to set, in memory of its own.
   *
   * @throws EncodeError; the definitions made for the message are forgotten then, since they will not reach the peer.
   */
  message(value: unknown, headroom: number): Uint8Array {
    return this.#parts.writer?.message(value, headroom) ?? this.#longWay(value, headroom);
  }

  #longWay(value: unknown, headroom: number): Uint8Array {
    const { writer, packer } = this.#parts;
    // The writer gives ids of its own to records. So each of the two takes nothing for known that the other may have replaced.
    if (writer !== undefined) packer.forgetRecords();
    let isSent = false;
    try {
      const bytes = this.#pack(value);
      const message = new Uint8Array(headroom + bytes.length);
      message.set(bytes, headroom);
      isSent = true;
      return message;
    } finally {
      writer?.forgetRecords();
      if (!isSent) packer.forgetRecords();
    }
  }

  /** Nothing is packed unless the guard passes it. The bytes are good until the next call. */
  #pack(value: unknown): Uint8Array {
    const { where, maxFrameBytes, guard, packer } = this.#parts;
    let bytes: Uint8Array;
    try {
      bytes = packer.pack(value, guard.check(value));
    } catch (cause) {
      if (cause instanceof EncodeError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EncodeError('ERR_OXBOW_CODEC_UNENCODABLE', `${where} cannot encode the value: ${reason}`, {
        cause,
      });
    }
    if (bytes.length <= maxFrameBytes) return bytes;
    throw new EncodeError(
      'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
      `${where}: the value takes ${bytes.length} bytes, maxFrameBytes is ${maxFrameBytes}`,
      { limitBytes: maxFrameBytes, actualBytes: bytes.length },
    );
  }
}
