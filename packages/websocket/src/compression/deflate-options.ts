/**
 * The options of `deflate`: names, units, defaults and ranges.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { SocketInputError } from '../errors.ts';
import { type DeflateTerms, MAX_WINDOW_BITS, MIN_WINDOW_BITS } from '../protocol/permessage-deflate.ts';

/** Compression of messages (permessage-deflate, RFC 7692). Both sides must want it. */
export interface DeflateOptions {
  /** Messages of fewer bytes are sent as they are: compressing them costs more than it saves. Default 1,024, ≥ 0. */
  readonly thresholdBytes?: number | undefined;
  /** zlib's effort, 1 (fast) to 9 (small). Default 6. */
  readonly level?: number | undefined;
  /** zlib's memory for compressing, 1 to 9. Default 8. */
  readonly memLevel?: number | undefined;
  /** The largest window for what we send, as a power of two from 9 to 15. Default 15. */
  readonly windowBits?: number | undefined;
  /** The largest window for what the peer sends, from 8 to 15. Default 15. */
  readonly peerWindowBits?: number | undefined;
  /**
   * Whether what was sent before helps to compress what comes: smaller messages for about 260 KiB a connection. Not with a
   * `slowConsumer` that drops messages. Default false.
   */
  readonly contextTakeover?: boolean | undefined;
  /** The same for what the peer sends: about 40 KiB a connection here. Default false. */
  readonly peerContextTakeover?: boolean | undefined;
}

/** The defaults of `DeflateOptions`. */
export const DEFLATE_DEFAULTS: Readonly<{
  thresholdBytes: number;
  level: number;
  memLevel: number;
  windowBits: number;
  peerWindowBits: number;
  contextTakeover: boolean;
  peerContextTakeover: boolean;
}> = Object.freeze({
  thresholdBytes: 1_024,
  level: 6,
  memLevel: 8,
  windowBits: MAX_WINDOW_BITS,
  peerWindowBits: MAX_WINDOW_BITS,
  contextTakeover: false,
  peerContextTakeover: false,
});

/** Checked and completed options. */
export type DeflateSettings = DeflateTerms & Readonly<typeof DEFLATE_DEFAULTS>;

/** @returns undefined when compression is off. @throws SocketInputError for a value out of range */
export function deflateSettings(given: boolean | DeflateOptions | undefined): DeflateSettings | undefined {
  if (given === undefined || given === false) return undefined;
  const options = given === true ? {} : given;
  if (typeof options !== 'object' || options === null) {
    throw new SocketInputError(`deflate must be true, false or options; got ${String(given)}.`);
  }
  checkOptions(options, Object.keys(DEFLATE_DEFAULTS), 'deflate');
  const known = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: DeflateSettings = { ...DEFLATE_DEFAULTS, ...Object.fromEntries(known) };
  checkRange('thresholdBytes', settings.thresholdBytes, 0, Number.MAX_SAFE_INTEGER);
  checkRange('level', settings.level, 1, 9);
  checkRange('memLevel', settings.memLevel, 1, 9);
  checkRange('windowBits', settings.windowBits, MIN_WINDOW_BITS + 1, MAX_WINDOW_BITS);
  checkRange('peerWindowBits', settings.peerWindowBits, MIN_WINDOW_BITS, MAX_WINDOW_BITS);
  for (const name of ['contextTakeover', 'peerContextTakeover'] as const) {
    if (typeof settings[name] !== 'boolean') {
      throw new SocketInputError(`deflate.${name} must be true or false; got ${String(settings[name])}.`);
    }
  }
  return settings;
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new SocketInputError(`deflate.${name} must be a whole number ${range}; got ${String(value)}.`);
}
