/** What a pool can be asked about itself. */

/** What a pool is doing. */
export interface PoolStatistics {
  /** Workers that are up or starting. */
  readonly workers: number;
  /** Workers with at least one call. */
  readonly busy: number;
  /** Calls accepted and not settled: running or waiting. */
  readonly pending: number;
  /** Of those, the ones no worker has been sent. */
  readonly waiting: number;
}
