/**
 * The error of a body shortcut whose response is not 2xx. Apart from the other errors because it holds the response.
 */
import { HttpError, type HttpErrorDetails } from '../errors.ts';
import type { Response } from './response.ts';

/** Raised by the body shortcuts (`session.get(url).text()`, …) when the status is not 2xx. */
export class StatusError extends HttpError {
  static {
    StatusError.prototype.name = 'StatusError';
  }
  readonly status: number;
  /** The response itself: its headers, and its body if it can still be read. */
  declare readonly response: Response;

  constructor(response: Response, details: HttpErrorDetails) {
    const reason = response.statusText === '' ? '' : ` ${response.statusText}`;
    super(
      'ERR_OXBOW_HTTP_STATUS',
      `${details.method} ${details.url} answered ${response.status}${reason}; await the request itself to take any status`,
      details,
    );
    this.status = response.status;
    Object.defineProperty(this, 'response', { value: response, enumerable: false });
  }
}
