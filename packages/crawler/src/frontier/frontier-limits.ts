/** The options of a frontier that keeps its URLs in this process: their defaults, and their check at the door. */
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';
import type { FrontierOptions } from './frontier.ts';
import type { HostLimits } from './host-schedule.ts';

/** Options with every default filled in. */
export interface FrontierLimits extends HostLimits {
  readonly maxUrlsPerHost: number;
  readonly maxPages: number;
  readonly byLevels: boolean;
  readonly now: () => number;
}

/** The limits a frontier starts with. */
export const DEFAULT_FRONTIER_OPTIONS: Readonly<
  Omit<Required<FrontierOptions>, 'now' | 'maxInFlightUndelayed' | 'maxInFlightOf'>
> = Object.freeze({
  byLevels: false,
  delayMs: 0,
  maxInFlightPerHost: 1,
  maxUrlsPerHost: 100_000,
  maxPages: Number.POSITIVE_INFINITY,
});

const OPTION_NAMES: readonly string[] = [
  ...Object.keys(DEFAULT_FRONTIER_OPTIONS),
  'maxInFlightUndelayed',
  'maxInFlightOf',
  'now',
];

/**
 * Checks the options of a frontier and fills in the defaults.
 * @throws CrawlerOptionError for a value that cannot be used, UsageError for a name that is not known
 */
export function frontierLimits(options: FrontierOptions): FrontierLimits {
  checkOptions(options, OPTION_NAMES, 'A frontier');
  const given = { ...DEFAULT_FRONTIER_OPTIONS, ...options };
  const maxInFlightPerHost = atLeast('maxInFlightPerHost', given.maxInFlightPerHost, 1);
  const { maxInFlightUndelayed = maxInFlightPerHost } = given;
  return {
    delayMs: checkedDelay('delayMs', given.delayMs),
    maxInFlightPerHost,
    maxInFlightUndelayed: atLeast('maxInFlightUndelayed', maxInFlightUndelayed, 1),
    maxInFlightOf: given.maxInFlightOf ?? (() => undefined),
    maxUrlsPerHost: atLeast('maxUrlsPerHost', given.maxUrlsPerHost, 1),
    maxPages: atLeast('maxPages', given.maxPages, 1),
    byLevels: given.byLevels,
    now: given.now ?? Date.now,
  };
}

/** @throws CrawlerOptionError for what is no number, or a smaller one */
export function atLeast(option: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new CrawlerOptionError(option, `${option} is a number of at least ${least}, not ${String(value)}`);
}

/** @throws CrawlerOptionError for what is no duration in milliseconds, 0 included */
export function checkedDelay(option: string, value: number): number {
  const fault = durationFault(value, { zero: true });
  if (fault === undefined) return value;
  throw new CrawlerOptionError(option, `${option} ${fault}`);
}
