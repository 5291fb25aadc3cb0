/**
 * Writes frames (RFC 6455 §5.2): header and payload side by side into memory it is given, masked on the client's
 * side. Payloads are always copied: the caller may change its bytes as soon as the call returns.
 */
import { headerBytes, writeHeader } from './frame-header.ts';
import { applyMask } from './mask.ts';
import type { TextCodec } from './text-codec.ts';

const FIN = 0x80;
const EMPTY = new Uint8Array(0);

/** Turns messages and control payloads into frames for one direction of one connection. */
export class FrameWriter {
  readonly #text: TextCodec;
  readonly #nextMaskKey: (() => number) | undefined;

  /**
   * @param nextMaskKey a client's source of unpredictable 32-bit keys (§5.3: a fresh one for every frame);
   *   undefined for a server, which must not mask (§5.1)
   */
  constructor(text: TextCodec, nextMaskKey?: () => number) {
    this.#text = text;
    this.#nextMaskKey = nextMaskKey;
  }

  /** Payload bytes of a message. */
  payloadBytes(data: string | Uint8Array): number {
    return typeof data === 'string' ? this.#text.byteLength(data) : data.byteLength;
  }

  /** A message's bytes in memory of their own, to be compressed. */
  bytesOf(data: string | Uint8Array, payloadBytes: number): Uint8Array {
    if (typeof data !== 'string') return data;
    const bytes = this.#text.allocate(payloadBytes);
    this.#text.write(data, bytes, 0);
    return bytes;
  }

  /** The bytes of the frame around a payload of that many bytes. */
  frameBytes(payloadBytes: number): number {
    return headerBytes(payloadBytes, this.#nextMaskKey !== undefined) + payloadBytes;
  }

  /**
   * Writes one frame at `offset`, where `frameBytes(payloadBytes)` bytes must be free.
   *
   * @param target memory from the text codec's `allocate`
   * @param opcode with the bits of an extension, such as `COMPRESSED`, where one was agreed on
   * @param payloadBytes what `payloadBytes(data)` gave
   * @param fin false for a fragment that is not the last (§5.4)
   * @returns the offset behind the frame
   */
  write(
    target: Uint8Array,
    offset: number,
    opcode: number,
    data: string | Uint8Array,
    payloadBytes: number,
    fin = true,
  ): number {
    const key = this.#nextMaskKey?.();
    const start = writeHeader(target, offset, fin ? FIN | opcode : opcode, payloadBytes, key);
    if (typeof data === 'string') this.#text.write(data, target, start);
    else target.set(data, start);
    const end = start + payloadBytes;
    if (key !== undefined) applyMask(target, start, end, key, 0);
    return end;
  }

  /** One frame in memory of its own. */
  frame(opcode: number, data: string | Uint8Array = EMPTY, fin = true): Uint8Array {
    const payloadBytes = this.payloadBytes(data);
    const target = this.#text.allocate(this.frameBytes(payloadBytes));
    this.write(target, 0, opcode, data, payloadBytes, fin);
    return target;
  }
}
