/** How opening a frontier's file goes wrong, in the words that all engines with a file share. */
import { FrontierError } from '../errors.ts';

/** Why a file is refused when it is opened. */
export class Refused extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('the file is refused');
    this.reason = reason;
  }
}

/** Marks what `make` throws as the caller's own refusal. */
export function refusing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Refused(error);
  }
}

/** The error for a file that cannot be opened. */
export function openingError(path: string, message: string): FrontierError {
  const isLocked = message.includes('database is locked');
  return isLocked
    ? new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_LOCKED', `${path} is in use by another process`)
    : new FrontierError(
        'ERR_OXBOW_CRAWLER_FRONTIER_FILE',
        `${path} cannot be opened as a frontier: ${message}`,
      );
}
