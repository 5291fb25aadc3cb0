/** What becomes of an output that is there already: the words that all sinks share, and the refusal of all that was not asked for. */
import { CrawlerOptionError, SinkError } from '../errors.ts';

/** What to do with an output that exists and was not written by this crawl. Without either it is refused before the first request. */
export interface OutputOptions {
  /** Writes behind what is there. Default false. */
  readonly append?: boolean;
  /** Removes what is there first. Default false. */
  readonly overwrite?: boolean;
}

/** The names of {@link OutputOptions}, for checking. */
export const OUTPUT_OPTION_NAMES: readonly string[] = ['append', 'overwrite'];

/** Raised before the first request when an output exists that this crawl did not write. What to do: say which of the two is meant. */
export class OutputExistsError extends SinkError {
  constructor(path: string, what: string) {
    super(
      path,
      `${what}, and it was not written by this crawl: say append: true (--append) to write behind it, ` +
        'or overwrite: true (--overwrite) to replace it',
      {},
      'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS',
    );
  }
}

/** How an output is begun. @throws CrawlerOptionError when both are asked for */
export function beginningOf({
  append = false,
  overwrite = false,
}: OutputOptions): 'new' | 'append' | 'overwrite' {
  if (append && overwrite)
    throw new CrawlerOptionError('append', 'An output is appended to or overwritten, not both');
  return append ? 'append' : overwrite ? 'overwrite' : 'new';
}
