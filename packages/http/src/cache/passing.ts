/**
 * What the requests through a cache have in common: a response is passed on as it comes, and a store is asked on the loop of its request.
 */
import type { EventLoop } from '@oxbow/loop';
import type { RawHeaders } from '../header-fields.ts';
import type { ConnectionInfo, TransportHandler } from '../transport/transport.ts';
import { callUserOn } from '../user-call.ts';
import { type CacheStore, MemoryCacheStore } from './cache-store.ts';

/** Passes a response on. */
export class Passing implements TransportHandler {
  protected readonly handler: TransportHandler;

  constructor(handler: TransportHandler) {
    this.handler = handler;
  }

  onConnected(connection: ConnectionInfo): void {
    this.handler.onConnected(connection);
  }
  onRequestStart(): void {
    this.handler.onRequestStart();
  }
  onBodySent(): void {
    this.handler.onBodySent();
  }
  onRequestSent(): void {
    this.handler.onRequestSent();
  }
  onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    this.handler.onResponseStart(status, headers, statusText);
  }
  onResponseData(chunk: Buffer): void {
    this.handler.onResponseData(chunk);
  }
  onResponseEnd(trailers: RawHeaders): void {
    this.handler.onResponseEnd(trailers);
  }
  onResponseError(error: Error): void {
    this.handler.onResponseError(error);
  }
}

/** A store of the user's runs as he expects, also after its first wait; the one in memory waits for nothing. */
export function askStore<T>(loop: EventLoop, store: CacheStore, call: () => Promise<T>): Promise<T> {
  return store instanceof MemoryCacheStore ? call() : callUserOn(loop, call, 'a cache store');
}

/** A store that fails costs a hit, never an answer. */
export function ignore(): void {}
