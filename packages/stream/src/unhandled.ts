/** Where errors go that have no consumer left: the same place RxJS sends its own, so that one hook sees them all. */
import { config } from 'rxjs';

/** Reports on a new job, through `config.onUnhandledError` of rxjs when it is set, else as an uncaught exception. */
export function reportUnhandled(error: unknown): void {
  setTimeout(() => {
    const { onUnhandledError } = config;
    if (onUnhandledError === null || onUnhandledError === undefined) throw error;
    onUnhandledError(error);
  });
}
