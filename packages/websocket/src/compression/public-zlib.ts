/**
 * The same contexts by Node's public functions: slower, for where raw-zlib.ts does not find what it expects. A context that
 * lasts is nothing but the last bytes that went through (RFC 7692 §7.2.3.2): they are the next call's dictionary.
 */
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { RunOutcome, ZlibContext, ZlibEngine } from './zlib-context.ts';

const NOTHING = new Uint8Array(0);

class PublicContext implements ZlibContext {
  readonly #run: (input: Uint8Array, options: ZlibOptions) => Uint8Array;
  readonly #options: ZlibOptions;
  readonly #keepsInput: boolean;
  readonly #windowBytes: number;
  #window: Uint8Array = NOTHING;

  /** @param keepsInput whether the plain side, which is what the window holds, is the input */
  constructor(
    run: (input: Uint8Array, options: ZlibOptions) => Uint8Array,
    windowBits: number,
    options: ZlibOptions,
    keepsInput: boolean,
  ) {
    this.#run = run;
    this.#options = { ...options, windowBits, finishFlush: constants.Z_SYNC_FLUSH };
    this.#keepsInput = keepsInput;
    this.#windowBytes = 2 ** windowBits;
  }

  run(inputs: readonly Uint8Array[], maxBytes: number): RunOutcome {
    const input = Buffer.concat(inputs);
    try {
      const output = this.#run(input, {
        ...this.#options,
        ...(this.#window.length > 0 && { dictionary: this.#window }),
        ...(maxBytes < Number.MAX_SAFE_INTEGER && { maxOutputLength: Math.max(1, maxBytes) }),
      });
      if (output.length > maxBytes) return 'too-big';
      const plain = this.#keepsInput ? input : output;
      this.#window = new Uint8Array(Buffer.concat([this.#window, plain]).subarray(-this.#windowBytes));
      return new Uint8Array(output);
    } catch (error) {
      return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-big' : 'broken';
    }
  }

  reset(): void {
    this.#window = NOTHING;
  }

  close(): void {
    this.#window = NOTHING;
  }
}

/** Contexts by public functions. */
export const publicZlib: ZlibEngine = Object.freeze({
  compressing: (windowBits: number, level: number, memLevel: number) =>
    new PublicContext(deflateRawSync, windowBits, { level, memLevel }, true),
  decompressing: (windowBits: number) => new PublicContext(inflateRawSync, windowBits, {}, false),
});
