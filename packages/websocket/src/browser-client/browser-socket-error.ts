/**
 * The one error of the browser's client. It has the same shape as the errors of the other doors, and imports nothing.
 */

/** What went wrong, as the last part of `code`. */
export type BrowserSocketProblem =
  | 'CLOSED'
  | 'SEND_QUEUE_FULL'
  | 'REQUEST_TIMEOUT'
  | 'REQUEST_REFUSED'
  | 'INPUT'
  | 'BUSY';

/** Raised by the browser's client; `code` is `ERR_OXBOW_WS_` and the problem. */
export class BrowserSocketError extends Error {
  override readonly name = 'BrowserSocketError';
  readonly code: `ERR_OXBOW_WS_${BrowserSocketProblem}`;

  constructor(problem: BrowserSocketProblem, message: string) {
    super(message);
    this.code = `ERR_OXBOW_WS_${problem}`;
  }
}
