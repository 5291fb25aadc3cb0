/**
 * The options that bound a buffer, and their defaults. Knows nothing of streams: it only checks and completes options.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { StreamInputError } from './errors.ts';
import { OVERFLOW_POLICIES, type OverflowPolicy } from './overflow-policy.ts';

/** How much may wait between a source and its consumer, and what happens beyond. */
export interface BufferOptions<T> {
  /**
   * How much may wait before the source is paused, in the unit of `size`. Default: 64 items, or 64 KiB where the
   * values are byte views (Buffer, Uint8Array…). Given without `size`, it counts bytes for byte views and items for all
   * else. Range: above 0, finite.
   */
  readonly highWaterMark?: number | undefined;
  /** The weight of one value; must be pure, finite and not negative. Default: 1, and the byte length for byte views. */
  readonly size?: ((value: T) => number) | undefined;
  /** What happens when the buffer is full. Default: `pause`. */
  readonly overflow?: OverflowPolicy | undefined;
  /** Aborting it is the same act as unsubscribing; the consumer sees `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of `BufferOptions`, for `checkOptions`. */
export const BUFFER_OPTION_NAMES: readonly string[] = Object.freeze([
  'highWaterMark',
  'size',
  'overflow',
  'signal',
]);

/** Items that may wait by default: enough to amortize a wake-up, few enough to stay unnoticed. */
export const DEFAULT_HIGH_WATER_ITEMS = 64;
/** Bytes that may wait by default where values are byte views: Node's own default for a byte stream. */
export const DEFAULT_HIGH_WATER_BYTES: number = 64 * 1024;
/** A source that ignores the pause may fill this many high-water marks before the stream fails. */
export const HARD_CAP_FACTOR = 16;

/** A checked and completed set of `BufferOptions`. */
export interface BufferBounds<T> {
  readonly highWaterMark: number;
  /** The gate opens again at or below this: half the high-water mark, so that a wake-up serves many values. */
  readonly lowWaterMark: number;
  readonly hardCap: number;
  readonly size: (value: T) => number;
  /** True when `size` is this package's own, under which everything but an object weighs 1. */
  readonly ownSize: boolean;
  readonly overflow: OverflowPolicy;
  readonly unit: string;
}

const bytesPerItem = DEFAULT_HIGH_WATER_BYTES / DEFAULT_HIGH_WATER_ITEMS;

/** One unit per item, and one per KiB of a byte view: 64 units are 64 items or 64 KiB, whichever comes first. */
function weighItemOrKibibyte(value: unknown): number {
  if (typeof value !== 'object' || !ArrayBuffer.isView(value)) return 1;
  return value.byteLength <= bytesPerItem ? 1 : value.byteLength / bytesPerItem;
}

/** Bytes for byte views, one for everything else. */
function weighItemOrBytes(value: unknown): number {
  if (typeof value !== 'object' || !ArrayBuffer.isView(value)) return 1;
  return value.byteLength === 0 ? 1 : value.byteLength;
}

/** The bounds nobody asked to change. */
export const DEFAULT_BUFFER_BOUNDS: BufferBounds<unknown> = Object.freeze({
  highWaterMark: DEFAULT_HIGH_WATER_ITEMS,
  lowWaterMark: DEFAULT_HIGH_WATER_ITEMS / 2,
  hardCap: DEFAULT_HIGH_WATER_ITEMS * HARD_CAP_FACTOR,
  size: weighItemOrKibibyte,
  ownSize: true,
  overflow: 'pause',
  unit: 'items or KiB',
});

/**
 * Checks buffer options at the door and completes them.
 *
 * @param where named in the message, e.g. `values()`
 * @param extra further option names this caller knows
 * @param defaults what holds for the options not given
 * @throws StreamInputError for a value out of range; OxbowError `ERR_OXBOW_UNKNOWN_OPTION` for an unknown name
 */
export function bufferBounds<T>(
  options: BufferOptions<T> | undefined,
  where: string,
  extra?: readonly string[],
  defaults: BufferBounds<T> = DEFAULT_BUFFER_BOUNDS,
): BufferBounds<T> {
  if (options === undefined) return defaults;
  checkOptions(
    options,
    extra === undefined ? BUFFER_OPTION_NAMES : [...BUFFER_OPTION_NAMES, ...extra],
    where,
  );
  const { highWaterMark, size, overflow, signal } = options;
  if (overflow !== undefined && !OVERFLOW_POLICIES.includes(overflow)) {
    throw new StreamInputError(
      `${where}: overflow must be one of ${OVERFLOW_POLICIES.join(', ')}; got ${String(overflow)}.`,
    );
  }
  if (highWaterMark !== undefined) checkPositive(highWaterMark, `${where}: highWaterMark`);
  if (size !== undefined && typeof size !== 'function') {
    throw new StreamInputError(`${where}: size must be a function of one value; got ${typeof size}.`);
  }
  checkSignal(signal, where);
  if (highWaterMark === undefined && size === undefined && overflow === undefined) return defaults;
  const high = highWaterMark ?? (size === undefined ? defaults.highWaterMark : DEFAULT_HIGH_WATER_ITEMS);
  return {
    highWaterMark: high,
    lowWaterMark: high / 2,
    hardCap: high * HARD_CAP_FACTOR,
    size: size ?? (highWaterMark === undefined ? defaults.size : weighItemOrBytes),
    ownSize: size === undefined && (highWaterMark !== undefined || defaults.ownSize),
    overflow: overflow ?? defaults.overflow,
    unit:
      size !== undefined ? 'units of size()' : highWaterMark === undefined ? defaults.unit : 'items or bytes',
  };
}

/** Refuses anything but a finite number above 0. */
export function checkPositive(value: number, name: string): void {
  if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY) {
    throw new StreamInputError(`${name} must be a finite number above 0; got ${String(value)}.`);
  }
}

/** Refuses anything but an integer of at least 1; `Infinity` passes only where the caller says so. */
export function checkCount(value: number, name: string, allowInfinity = false): void {
  if (Number.isInteger(value) && value >= 1) return;
  if (allowInfinity && value === Number.POSITIVE_INFINITY) return;
  throw new StreamInputError(`${name} must be a whole number of at least 1; got ${String(value)}.`);
}

/** Refuses what is no AbortSignal. */
export function checkSignal(signal: AbortSignal | undefined, where: string): void {
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new StreamInputError(`${where}: signal must be an AbortSignal; got ${typeof signal}.`);
  }
}
