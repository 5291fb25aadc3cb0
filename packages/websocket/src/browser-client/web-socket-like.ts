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
  /** The time in ms, from any beginning. */
  now(): number;
}

/** The global setTimeout. */
export const browserTimers: TimerHost = Object.freeze({
  set: (callback: () => void, delayMs: number): unknown => setTimeout(callback, delayMs),
  now: (): number => performance.now(),
  clear: (timer: unknown): void => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
});

/** The global WebSocket, where there is one. */
export function browserWebSocket(): WebSocketConstructor | undefined {
  return (globalThis as { WebSocket?: unknown }).WebSocket as WebSocketConstructor | undefined;
}

/** When the page's network or the page itself comes back. @returns what takes the callback off */
export type WakeSource = (onWake: () => void) => () => void;

interface EventSource {
  addEventListener(name: string, listener: () => void): void;
  removeEventListener(name: string, listener: () => void): void;
}

/** The browser's own: the network is there again, or the page is looked at again. Nothing where there is no browser. */
export const browserWakes: WakeSource = (onWake) => {
  const { window, document } = globalThis as {
    window?: EventSource;
    document?: EventSource & { readonly visibilityState?: string };
  };
  const onVisible = (): void => {
    if (document?.visibilityState === 'visible') onWake();
  };
  window?.addEventListener('online', onWake);
  document?.addEventListener('visibilitychange', onVisible);
  return () => {
    window?.removeEventListener('online', onWake);
    document?.removeEventListener('visibilitychange', onVisible);
  };
};
