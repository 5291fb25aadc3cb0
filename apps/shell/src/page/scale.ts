/** Where the ticks of an axis stand: at round numbers, the highest at or above the peak. */

/** Steps between ticks, as multiples of a power of ten or, for bytes, of two. */
const DECIMAL_STEPS = [1, 2, 5, 10];
const BINARY_STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * Ticks from 0 to the first round number at or above `peak`; to 1 where there is no peak.
 *
 * @param count how many steps there should be about
 * @param base 10, or 1024 for bytes: then the ticks are round in KiB and MiB
 */
export function ticksTo(peak: number, count: number, base: 10 | 1024 = 10): readonly number[] {
  const top = peak > 0 ? peak : 1;
  const rough = top / count;
  const unit = base ** Math.floor(Math.log(rough) / Math.log(base));
  const factor =
    (base === 10 ? DECIMAL_STEPS : BINARY_STEPS).find((step) => step * unit >= rough * 0.999) ?? base;
  const step = factor * unit;
  const steps = Math.ceil(top / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
