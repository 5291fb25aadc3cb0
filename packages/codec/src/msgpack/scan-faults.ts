/**
 * What the scanner says when bytes are not what they should be: one error for each kind of fault, with its offset in the stream.
 */

import { DecodeError, FrameTooLargeError } from '../errors.ts';
import { describeType } from './extensions.ts';

/** What the messages name. */
export interface FaultRules {
  readonly where: string;
  readonly maxDepth: number;
  readonly maxFrameBytes: number;
}

/** Makes the errors of one scanner. Positions (`at`) count from the first byte of the message. */
export class ScanFaults {
  readonly #rules: FaultRules;
  #offset = 0;
  #isWhole = false;

  constructor(rules: FaultRules) {
    this.#rules = rules;
  }

  /** The message at hand starts at `offset` of its stream; when it is whole, needing more bytes than it has means it was cut off. */
  begin(offset: number, isWhole: boolean): void {
    this.#offset = offset;
    this.#isWhole = isWhole;
  }

  /** The message needs more bytes than it may have, or, if it is whole, than it has. */
  past(needed: number, at: number): DecodeError {
    if (this.#isWhole) return this.cutOff(at);
    const { where, maxFrameBytes } = this.#rules;
    return new FrameTooLargeError(
      `${where}: the message at byte ${this.#offset} needs at least ${needed} bytes, maxFrameBytes is ${maxFrameBytes}`,
      { offset: this.#offset, limitBytes: maxFrameBytes, actualBytes: needed },
    );
  }

  cutOff(at: number): DecodeError {
    return this.#fault(
      'ERR_OXBOW_CODEC_TRUNCATED',
      'the message is cut off: more is announced than follows',
      at,
    );
  }

  trailing(bytes: number, at: number): DecodeError {
    return this.#fault('ERR_OXBOW_CODEC_TRAILING_BYTES', `${bytes} bytes follow the message`, at);
  }

  tooDeep(at: number): DecodeError {
    return this.#fault(
      'ERR_OXBOW_CODEC_TOO_DEEP',
      `the value is nested deeper than maxDepth = ${this.#rules.maxDepth}`,
      at,
    );
  }

  refused(type: number, at: number): DecodeError {
    return this.#fault(
      'ERR_OXBOW_CODEC_EXTENSION_REFUSED',
      `extension type ${describeType(type)} is not allowed`,
      at,
    );
  }

  forbiddenKey(at: number): DecodeError {
    return this.#fault(
      'ERR_OXBOW_CODEC_FORBIDDEN_KEY',
      'an object has the key "__proto__", which is refused',
      at,
    );
  }

  undefinedRecord(token: number, at: number): DecodeError {
    return this.invalid(`record 0x${token.toString(16)} was never defined`, at);
  }

  /** The bytes are not MessagePack as this package reads it. */
  invalid(what: string, at: number): DecodeError {
    return this.#fault('ERR_OXBOW_CODEC_INVALID_MSGPACK', what, at);
  }

  #fault(code: string, what: string, at: number): DecodeError {
    const offset = this.#offset + at;
    return new DecodeError(code, `${this.#rules.where}: byte ${offset}: ${what}`, { offset });
  }
}
