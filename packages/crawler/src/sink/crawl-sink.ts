/** Where a crawl's rows go. A sink writes batches and says how far it came; what is written twice after a crash is its frontier's matter. */

/**
 * Takes the rows of a crawl, in batches that commit together with the frontier. Calls never overlap.
 *
 * `with-frontier`: what `write` gives is kept by the frontier in the same step that ends the leases, and given back by `open` and
 * `cutBack`. Everything behind it is to be removed, so each row is there exactly once. `idempotent`: rows have a stable key (their URL)
 * and may come again.
 */
export interface CrawlSink {
  readonly commit: 'with-frontier' | 'idempotent';
  /** What is written: `rows` (page rows, or what handlers emit), or each answered page itself. Default `rows`. */
  readonly takes?: 'rows' | 'pages';
  /** Names the output for the frontier, the same after a restart: the base name of a file. Default `''`. */
  readonly output?: string;
  /** The file that holds the output when it is closed; undefined where there is none. */
  readonly path?: string;
  /** The user asked for an output of its own, beside those the crawl may have already. Default false. */
  readonly startsAnother?: boolean;
  /**
   * Opens the output at a checkpoint of an earlier run; undefined begins it. What is there and was not written by this crawl is never
   * emptied unless the user said so.
   * @param isOwn this crawl wrote it before, and it begins anew at an undefined checkpoint. Default false.
   */
  open(checkpoint: unknown, isOwn?: boolean): Promise<void>;
  /**
   * Brings a row to the form it is written in, before the step it belongs to: what throws here fails its page alone. The result goes to
   * `write` in the place of the row. Default: rows go to `write` as they are.
   */
  prepare?(row: unknown): unknown;
  /** Appends rows (page rows, or what handlers emitted) and gives the checkpoint behind them: any JSON value. With no rows it says where it is. */
  write(rows: readonly unknown[]): Promise<unknown>;
  /** Makes everything written so far survive a power failure. Called before a durable frontier commits. */
  sync(): Promise<void>;
  /** Removes what was written behind a checkpoint; undefined is the beginning. */
  cutBack(checkpoint: unknown): Promise<void>;
  /** Ends the output; idempotent. */
  close(): Promise<void>;
}

/** True for a CrawlSink, which `crawl.to` treats better than any other sink. */
export function isCrawlSink(sink: unknown): sink is CrawlSink {
  const commit = (sink as Partial<CrawlSink> | null)?.commit;
  return commit === 'with-frontier' || commit === 'idempotent';
}
