/** A frontier's limits as its store keeps them. It checks values, and sends nothing. */
import { CrawlerOptionError, type FrontierOptions } from '@oxbow/crawler';
import { durationFault } from '@oxbow/loop/lowlevel';

/** Of the limits that a new store starts with. */
export const DEFAULT_LIMITS: Readonly<Record<string, string>> = {
  delay: '0',
  flight: '1',
  free: '1',
  perHost: '100000',
  maxPages: 'inf',
  levels: '0',
};

/** The limits that were named, as the store keeps them. */
export function limitWords(options: FrontierOptions): Record<string, string> {
  const { delayMs, maxInFlightPerHost, maxInFlightUndelayed, maxUrlsPerHost, maxPages, byLevels } = options;
  const fault = delayMs === undefined ? undefined : durationFault(delayMs, { zero: true });
  if (fault !== undefined) throw new CrawlerOptionError('delayMs', `delayMs ${fault}`);
  const words: Record<string, string> = {};
  const limit = (field: string, option: string, value: number | undefined): void => {
    if (value === undefined) return;
    if (!(value >= 1))
      throw new CrawlerOptionError(option, `${option} is a number of at least 1, not ${String(value)}`);
    words[field] = Number.isFinite(value) ? String(Math.floor(value)) : field === 'maxPages' ? 'inf' : '1e15';
  };
  if (delayMs !== undefined) words.delay = String(Math.round(delayMs));
  limit('flight', 'maxInFlightPerHost', maxInFlightPerHost);
  limit('free', 'maxInFlightUndelayed', maxInFlightUndelayed ?? maxInFlightPerHost);
  limit('perHost', 'maxUrlsPerHost', maxUrlsPerHost);
  limit('maxPages', 'maxPages', maxPages);
  if (byLevels !== undefined) words.levels = byLevels ? '1' : '0';
  return words;
}
