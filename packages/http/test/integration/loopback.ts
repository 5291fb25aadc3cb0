/** Servers on 127.0.0.1 for the tests in this folder: one that speaks HTTP, one that says whatever bytes it is told. */

import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { until } from '@oxbow/testkit';

/** A server under test, its base URL without a slash, and how to end it. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Sockets open right now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    sockets,
    accepted: () => accepted,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** An HTTP server. */
export function httpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Loopback> {
  return listen(createHttpServer(answer));
}

/** A TCP server that sends these bytes when a request's headers are complete, and does with the socket what it is told. */
export function rawServer(reply: (socket: Socket, head: string, count: number) => void): Promise<Loopback> {
  let count = 0;
  return listen(
    createTcpServer((socket) => {
      let head = '';
      socket.on('data', (data) => {
        head += data.toString('latin1');
        for (let end = head.indexOf('\r\n\r\n'); end !== -1; end = head.indexOf('\r\n\r\n')) {
          const request = head.slice(0, end);
          head = head.slice(end + 4);
          reply(socket, request, ++count);
        }
      });
    }),
  );
}

/** Waits until something is true; its source is what a wait for what never comes is reported by. */
export async function eventually(condition: () => boolean): Promise<void> {
  await until(String(condition).replace(/^\(\) => /, ''), condition);
}
