/** Rooms: what a client sends is sent to everybody in its room. Beside them, a health check on the same port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve, type WebSocketServer } from '@oxbow/websocket';

/** A running server. */
export interface Rooms {
  readonly port: number;
  readonly sockets: WebSocketServer;
  /** Takes no more connections, lets those there are finish for so long, and ends. */
  close(graceMs: number): Promise<void>;
}

/** Serves `ws://host:port/rooms?name=lobby` and `http://host:port/healthz`. */
export async function openRooms(port: number, host = '0.0.0.0'): Promise<Rooms> {
  const http = createServer((request, response) => {
    const isHealthCheck = request.url === '/healthz';
    response.writeHead(isHealthCheck ? 200 : 404, { 'content-type': 'text/plain' });
    response.end(isHealthCheck ? 'ok\n' : 'not found\n');
  });
  http.listen(port, host);
  await once(http, 'listening');

  const sockets = await serve(
    async (socket) => {
      const { searchParams } = new URL(socket.handshake.url, 'ws://localhost');
      const name = searchParams.get('name') ?? 'lobby';
      await socket.join(name);
      for await (const message of socket) await sockets.topic(name).publish(message);
    },
    { server: http, path: '/rooms', slowConsumer: 'drop-oldest' },
  );

  return {
    port: (http.address() as AddressInfo).port,
    sockets,
    close: async (graceMs) => {
      await sockets.drain({ graceMs });
      http.close();
      http.closeAllConnections();
    },
  };
}
