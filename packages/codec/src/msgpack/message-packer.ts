/**
 * From a value to the bytes of its message: the guard looks at it, msgpackr writes it, and the result is held to its limit. It knows no
 * frame.
 */

import { checkEncodedSize, EncodeError } from '../errors.ts';
import type { Packer } from './packing.ts';
import type { ValueGuard } from './value-guard.ts';

/** What a packer is made of. */
export interface MessagePackerParts {
  /** Named in errors. */
  readonly where: string;
  readonly maxFrameBytes: number;
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
    const { packer } = this.#parts;
    let isSent = false;
    try {
      const bytes = this.#pack(value);
      const message = new Uint8Array(headroom + bytes.length);
      message.set(bytes, headroom);
      isSent = true;
      return message;
    } finally {
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
    checkEncodedSize(`${where}: the value`, 'maxFrameBytes', bytes.length, maxFrameBytes);
    return bytes;
  }
}
