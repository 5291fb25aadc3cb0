/**
 * Synchronous raw DEFLATE contexts of Node's zlib that live from message to message. Node's public functions are either
 * asynchronous or make a context for every call, which costs several times what compressing a small message does.
 *
 * This file uses what Node does not document: a stream's `_handle` (`writeSync`, `reset`, `onerror`) and `_writeState`, where
 * zlib tells how much room and input it left. They are tried out at the first use (`selfTest`); where anything is not as
 * expected, public-zlib.ts does the same by public functions. Output lies in memory that all contexts share, and is copied
 * out before anything else runs.
 */
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import type { RunOutcome, ZlibContext } from './zlib-context.ts';

/** What of a context's inside is used. */
interface Handle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputBytes: number,
    output: Uint8Array,
    outputOffset: number,
    outputBytes: number,
  ): void;
  reset(): void;
  onerror: (message: string, errno: number, code: string) => void;
}

interface Inside {
  readonly _handle?: Partial<Handle> | null;
  readonly _writeState?: Uint32Array;
}

/** Both directions write here, one call at a time. */
const OUTPUT_BYTES = 65_536;
const output = new Uint8Array(OUTPUT_BYTES);

/** The smallest that zlib takes: its own output buffer is never used. */
const CHUNK_BYTES = 64;

/** One compressing or decompressing context. */
export class RawContext implements ZlibContext {
  /** Holds the handle's memory. */
  readonly #stream: { close(): void };
  readonly #handle: Handle;
  readonly #state: Uint32Array;
  #hasFailed = false;

  constructor(stream: { close(): void }) {
    const { _handle: handle, _writeState: state } = stream as Inside;
    if (
      typeof handle?.writeSync !== 'function' ||
      typeof handle.reset !== 'function' ||
      !(state instanceof Uint32Array) ||
      state.length < 2
    ) {
      throw new TypeError('zlib is not built as expected');
    }
    this.#stream = stream;
    this.#handle = handle as Handle;
    this.#state = state;
    // Node's own would destroy the stream.
    this.#handle.onerror = () => {
      this.#hasFailed = true;
    };
  }

  /** Forgets what came before. */
  reset(): void {
    this.#hasFailed = false;
    this.#handle.reset();
  }

  close(): void {
    this.#stream.close();
  }

  /** Puts inputs through, one after the other, and flushes. @param maxBytes of output; it stops there */
  run(inputs: readonly Uint8Array[], maxBytes: number): RunOutcome {
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (const input of inputs) {
      let at = 0;
      let resetAt = -1;
      for (;;) {
        const left = input.length - at;
        this.#handle.writeSync(constants.Z_SYNC_FLUSH, input, at, left, output, 0, OUTPUT_BYTES);
        if (this.#hasFailed) return 'broken';
        const [room = 0, unread = 0] = this.#state;
        const made = OUTPUT_BYTES - room;
        total += made;
        if (total > maxBytes) return 'too-big';
        if (made > 0) pieces.push(output.slice(0, made));
        const hasStopped = made === 0 && unread === left;
        at = input.length - unread;
        if (room > 0 && (unread === 0 || hasStopped)) {
          // A last block has ended the stream (RFC 7692 §7.2.3.4 allows that): what follows begins anew.
          if (unread > 0) {
            if (resetAt === at) return 'broken';
            resetAt = at;
            this.#handle.reset();
          }
          if (unread === 0 || isOnlyTail(input, at)) break;
        }
      }
    }
    return pieces.length === 1 ? pieces[0]! : joined(pieces, total);
  }
}

/** After a last block there may be nothing but the empty one that was put behind the message. */
function isOnlyTail(input: Uint8Array, at: number): boolean {
  return input.length - at <= 4;
}

function joined(pieces: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A context that compresses. @throws TypeError when zlib is not built as expected */
export function compressing(windowBits: number, level: number, memLevel: number): RawContext {
  return new RawContext(createDeflateRaw({ windowBits, level, memLevel, chunkSize: CHUNK_BYTES }));
}

/** A context that decompresses. @throws TypeError when zlib is not built as expected */
export function decompressing(windowBits: number): RawContext {
  return new RawContext(createInflateRaw({ windowBits, chunkSize: CHUNK_BYTES }));
}

/** Whether all of it works here: there and back, across messages, and that broken input is told and not thrown. */
export function selfTest(): boolean {
  try {
    const sample = new Uint8Array(200).map((_, i) => i % 7);
    const [there, back] = [compressing(15, 6, 8), decompressing(15)];
    for (let round = 0; round < 2; round += 1) {
      const small = there.run([sample], 1_000);
      if (typeof small === 'string') return false;
      const again = back.run([small], 1_000);
      if (typeof again === 'string' || again.length !== 200 || again.some((byte, i) => byte !== sample[i]))
        return false;
    }
    if (back.run([there.run([new Uint8Array(5_000)], 9_999) as Uint8Array], 4_999) !== 'too-big')
      return false;
    back.reset();
    return back.run([Uint8Array.of(7, 255, 255, 255)], 1_000) === 'broken';
  } catch {
    return false;
  }
}

/** For tests: fills the shared memory, so that a byte of it that leaves shows. */
export function poisonOutput(byte: number): void {
  output.fill(byte);
}
