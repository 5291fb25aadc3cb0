/** The points of the plots over a whole crawl, within a bound: when there are too many, the oldest come to stand for longer. */
import type { SeriesPoint } from './feed-message.ts';

/** Points kept, here and on the pages. */
export const MAX_POINTS = 600;

/** `series` with `more` behind it. Beyond the bound two neighbours become one: means of the rates, the worse of the lags. */
export function extended(
  series: readonly SeriesPoint[],
  more: readonly SeriesPoint[],
): readonly SeriesPoint[] {
  let points = [...series, ...more];
  while (points.length > MAX_POINTS) points = halved(points);
  return points;
}

function halved(points: readonly SeriesPoint[]): SeriesPoint[] {
  const merged: SeriesPoint[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const first = points[at] as SeriesPoint;
    const second = points[at + 1] ?? first;
    merged.push([
      second[0],
      (first[1] + second[1]) / 2,
      (first[2] + second[2]) / 2,
      Math.max(first[3], second[3]),
    ]);
  }
  return merged;
}
