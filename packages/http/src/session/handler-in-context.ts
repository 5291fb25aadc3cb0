/**
 * Tells a request's handler of the transport's events in the asynchronous context in which the request was made. A kept
 * connection's events come in that of the request that opened it: what maps the body of one request would see the id of another.
 */
import { captureContext } from '@oxbow/loop/lowlevel';
import type { RawHeaders } from '../header-fields.ts';
import type { ConnectionInfo, TransportHandler } from '../transport/transport.ts';

type Within = <R>(call: () => R) => R;

/** The handler, in the context of this moment; itself while the program keeps no contexts. */
export function inThisContext(handler: TransportHandler): TransportHandler {
  const within = captureContext();
  return within === undefined ? handler : new HandlerInContext(handler, within);
}

class HandlerInContext implements TransportHandler {
  readonly #handler: TransportHandler;
  readonly #within: Within;

  constructor(handler: TransportHandler, within: Within) {
    this.#handler = handler;
    this.#within = within;
  }

  onConnected(connection: ConnectionInfo): void {
    this.#within(() => this.#handler.onConnected(connection));
  }

  onRequestStart(): void {
    this.#within(() => this.#handler.onRequestStart());
  }

  onBodySent(): void {
    this.#within(() => this.#handler.onBodySent());
  }

  onRequestSent(): void {
    this.#within(() => this.#handler.onRequestSent());
  }

  onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    this.#within(() => this.#handler.onResponseStart(status, headers, statusText));
  }

  onResponseData(chunk: Buffer): void {
    this.#within(() => this.#handler.onResponseData(chunk));
  }

  onResponseEnd(trailers: RawHeaders): void {
    this.#within(() => this.#handler.onResponseEnd(trailers));
  }

  onResponseError(error: Error): void {
    this.#within(() => this.#handler.onResponseError(error));
  }
}
