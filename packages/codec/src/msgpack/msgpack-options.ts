/** The options that both MessagePack modes take, and the parts built from them. */

import { checkChoice, checkInteger, MAX_LIMIT_BYTES, withDefaults } from '../options.ts';
import { type Extension, ExtensionWhitelist } from './extensions.ts';
import { MessagePacker } from './message-packer.ts';
import { MessageScanner } from './message-scanner.ts';
import { createPacker, createUnpacker, type PackingRules, type Unpacker } from './packing.ts';
import { ValueGuard } from './value-guard.ts';

/** Options of `msgpack()` and `msgpackStream()`. */
export interface MsgpackOptions {
  /** The most bytes in a message, its frame header not counted. Default 1048576 (1 MiB) for both modes; 1 to 1 GiB. */
  readonly maxFrameBytes: number;
  /** The most arrays, objects and other containers around a value. Default 100; 1 to 500, which any call stack of Node has room for. */
  readonly maxDepth: number;
  /**
   * The only extension types written and read. Default `['timestamp']`, which is Date. To be added: `'map'`, `'set'`, `'error'`,
   * `'typed-array'`, `'regexp'` (a hostile pattern can block the thread that runs it: trusted peers only), and classes of your own.
   */
  readonly extensions: readonly Extension[];
  /**
   * What a 64-bit integer becomes. The default is always a bigint, so that a bigint comes back as one. The other gives a
   * number where that is exact, for peers that write every large integer in 64 bits.
   */
  readonly int64: 'bigint' | 'number-when-safe';
}

/** What both modes do when not told otherwise. */
export const MSGPACK_DEFAULTS: MsgpackOptions = Object.freeze({
  maxFrameBytes: 2 ** 20,
  maxDepth: 100,
  extensions: Object.freeze(['timestamp'] as const),
  int64: 'bigint',
});

/** msgpackr and the guard recurse; 500 levels are far from any default stack's end, in a worker thread too. */
const DEEPEST = 500;

/** The checked options of one codec, and what it is made of. Scanners and packers hold state: one for each stream. */
export class MsgpackParts {
  readonly where: string;
  readonly maxFrameBytes: number;
  readonly #options: MsgpackOptions;
  readonly #packing: PackingRules;

  /** @throws OptionError for an unknown option or a value out of range. */
  constructor(where: string, given: Partial<MsgpackOptions> | undefined, mode: 'self-contained' | 'stream') {
    const options = withDefaults(where, given, MSGPACK_DEFAULTS);
    checkInteger(where, 'maxFrameBytes', options.maxFrameBytes, 1, MAX_LIMIT_BYTES);
    checkInteger(where, 'maxDepth', options.maxDepth, 1, DEEPEST);
    checkChoice(where, 'int64', options.int64, ['bigint', 'number-when-safe']);
    const extensions = new ExtensionWhitelist(where, options.extensions);
    // MessagePack has one kind of map: where it stands for Map, objects need another form.
    const selfContained = extensions.has('map') ? 'own' : 'none';
    this.where = where;
    this.maxFrameBytes = options.maxFrameBytes;
    this.#options = options;
    this.#packing = {
      extensions,
      records: mode === 'stream' ? 'shared' : selfContained,
      int64: options.int64,
    };
  }

  scanner(): MessageScanner {
    const { extensions, records } = this.#packing;
    return new MessageScanner({
      where: this.where,
      maxDepth: this.#options.maxDepth,
      maxFrameBytes: this.maxFrameBytes,
      allowedTypes: extensions.allowedTypes,
      typedArrays: extensions.has('typed-array'),
      records: records !== 'none',
      maps: extensions.has('map'),
    });
  }

  messagePacker(): MessagePacker {
    const { where, maxFrameBytes } = this;
    const { extensions } = this.#packing;
    return new MessagePacker({
      where,
      maxFrameBytes,
      guard: new ValueGuard({ ...this.#options, where, extensions }),
      packer: createPacker(this.#packing),
    });
  }

  unpacker(): Unpacker {
    return createUnpacker(this.#packing);
  }
}
