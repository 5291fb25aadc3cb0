/**
 * What this client uses of a browser's WebSocket, so that tests and other hosts can bring one of their own.
 */

/** The browser's WebSocket, as far as it is used here. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly protocol: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** Makes one; the browser's own constructor fits. */
export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

/** Where timers come from; the default is the browser's. */
export interface TimerHost {
  set(callback: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

/** The global setTimeout. */
export const browserTimers: TimerHost = Object.freeze({
  set: (callback: () => void, delayMs: number): unknown => setTimeout(callback, delayMs),
  clear: (timer: unknown): void => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
});

/** The global WebSocket, where there is one. */
export function browserWebSocket(): WebSocketConstructor | undefined {
  return (globalThis as { WebSocket?: unknown }).WebSocket as WebSocketConstructor | undefined;
}
