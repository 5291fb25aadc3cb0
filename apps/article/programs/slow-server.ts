// A server on loopback for the programs to fetch from: each path answers with a text of some length, after a while.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface SlowServer {
  readonly url: string;
  /** Requests that are waiting for their answer, and the most there have been. */
  readonly waiting: { now: number; most: number };
  close(): Promise<void>;
}

/** Answers every request after `delayMs` with `bytes(path)` letters. */
export async function openSlowServer(delayMs: number, bytes: (path: string) => number): Promise<SlowServer> {
  const waiting = { now: 0, most: 0 };
  const server = createServer(async (request, response) => {
    waiting.most = Math.max(waiting.most, ++waiting.now);
    await setTimeout(delayMs);
    waiting.now--;
    response.end('x'.repeat(bytes(request.url ?? '/')));
  });
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 20_000 }, resolve),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
