/**
 * A message for many peers: framed once, and compressed once for each set of parameters that some of them agreed on.
 */
import type { FrameWriter } from '../protocol/frame-writer.ts';
import type { Opcode } from '../protocol/opcode.ts';

/** Compresses whole messages without a context, so that what it makes fits any number of connections. */
export interface SharedDeflater {
  /** Whether a message of that many bytes is to be compressed. */
  wants(payloadBytes: number): boolean;
  /** The frame of a message; undefined when compressing does not make it smaller. */
  frame(writer: FrameWriter, opcode: Opcode, payload: Uint8Array): Uint8Array | undefined;
}

/** One message in all the forms it is sent in. What it gives out must never change. */
export class SharedFrame {
  readonly #writer: FrameWriter;
  readonly #opcode: Opcode;
  readonly #data: string | Uint8Array;
  #plain: Uint8Array | undefined;
  #deflated: Map<SharedDeflater, Uint8Array> | undefined;

  /** @param data bytes must not change while the frame is in use */
  constructor(writer: FrameWriter, opcode: Opcode, data: string | Uint8Array) {
    this.#writer = writer;
    this.#opcode = opcode;
    this.#data = data;
  }

  /** The frame as it is. */
  get plain(): Uint8Array {
    this.#plain ??= this.#writer.frame(this.#opcode, this.#data);
    return this.#plain;
  }

  get opcode(): Opcode {
    return this.#opcode;
  }

  /** The message's bytes, within the frame. */
  get payload(): Uint8Array {
    const { plain } = this;
    return plain.subarray(plain.length - this.#writer.payloadBytes(this.#data));
  }

  /** The frame for connections with this deflater. */
  for(deflater: SharedDeflater | undefined): Uint8Array {
    if (deflater === undefined) return this.plain;
    let frame = this.#deflated?.get(deflater);
    if (frame === undefined) {
      const { plain, payload } = this;
      frame =
        (deflater.wants(payload.length) ? deflater.frame(this.#writer, this.#opcode, payload) : undefined) ??
        plain;
      this.#deflated ??= new Map();
      this.#deflated.set(deflater, frame);
    }
    return frame;
  }
}
