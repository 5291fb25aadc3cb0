/**
 * The one error of the browser's client. It has the same shape as the errors of the other doors, and imports nothing.
 */

/** What went wrong. */
export type BrowserSocketErrorCode =
  | 'ERR_OXBOW_WS_BUSY'
  | 'ERR_OXBOW_WS_CLOSED'
  | 'ERR_OXBOW_WS_INPUT'
  | 'ERR_OXBOW_WS_REQUEST_REFUSED'
  | 'ERR_OXBOW_WS_REQUEST_TIMEOUT'
  | 'ERR_OXBOW_WS_SEND_QUEUE_FULL';

/** Raised by the browser's client; `code` is stable, `message` is for people. */
export class BrowserSocketError extends Error {
  override readonly name = 'BrowserSocketError';
  readonly code: BrowserSocketErrorCode;

  constructor(code: BrowserSocketErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
