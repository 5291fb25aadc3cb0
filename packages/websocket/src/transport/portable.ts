/**
 * The server's side of Node's own HTTP: a server of our own, and what is asked of one that is given. How one request to
 * upgrade is answered is http1-attempt.ts, how a client asks client-upgrade.ts.
 */

import { createServer, type Server } from 'node:http';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Socket as TcpSocket } from 'node:net';
import { type ConnectionOptions, Server as TlsServer } from 'node:tls';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { trySharedReads } from './shared-reads.ts';

/** What `node:tls` takes for a connection: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized` and more. */
export type TlsOptions = ConnectionOptions;

/** A server of `node:http`, `node:https` or `node:http2`. */
export type HttpServer = Server | Http2Server | Http2SecureServer;

/** A server of our own, for nothing but upgrades: other requests are answered with 426. */
export interface OwnServer {
  readonly http: HttpServer;
  readonly port: number;
  /** Takes no new TCP connections from here on. */
  stopListening(): void;
  /** Stops listening and cuts connections that never upgraded. */
  close(): void;
}

/** What an own server needs. */
export interface OwnServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Told of each TCP connection; what it gives back is called when the connection upgraded or ended. */
  readonly onConnection: (destroy: () => void) => () => void;
}

/** A server that begins to listen. */
export interface OpeningServer {
  readonly opened: Promise<OwnServer>;
  /** Gives up before `opened` settles. */
  abort(): void;
}

const ownServers = new WeakSet<HttpServer>();

/** Starts listening. @returns a promise, and the way to give up before it settles */
export function openServer(options: OwnServerOptions): OpeningServer {
  // The connections of a server opened outside of tasks are outside of them too; see TcpTransport.
  return outsideAllTasks(() => openServerHere(options));
}

function openServerHere(options: OwnServerOptions): OpeningServer {
  const http = createServer((_request, response) => {
    // What the body may be does not matter here, and nobody reads it.
    response.writeHead(426, {
      Connection: 'close',
      Upgrade: 'websocket',
      'Content-Type': 'text/plain; charset=utf-8',
    });
    response.end('This address speaks WebSocket.\n');
  });
  ownServers.add(http);
  // Connections that have not upgraded; an upgraded socket is its connection's business.
  const plain = new Map<TcpSocket, () => void>();
  const settle = (socket: TcpSocket): void => {
    plain.get(socket)?.();
    plain.delete(socket);
  };
  function onClose(this: TcpSocket): void {
    settle(this);
  }
  http.on('connection', (socket: TcpSocket) => {
    plain.set(
      socket,
      options.onConnection(() => socket.destroy()),
    );
    socket.on('close', onClose);
  });
  http.on('upgrade', (_request, socket) => {
    settle(socket as TcpSocket);
    socket.off('close', onClose);
  });
  const listening = new Promise<OwnServer>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host: options.host, port: options.port }, () => {
      http.off('error', reject);
      resolve({
        http,
        port: portOf(http),
        stopListening: () => void http.close(),
        close: () => {
          if (http.listening) http.close();
          for (const socket of plain.keys()) socket.destroy();
        },
      });
    });
  });
  // A few milliseconds, once in a process: then the first connections have the fast way too.
  const opened = listening.then((own) => trySharedReads().then(() => own));
  return { opened, abort: () => http.close() };
}

/** The port a server listens on; 0 when it does not. */
export function portOf(server: HttpServer): number {
  return listeningAddress(server).port;
}

/** Where a server listens; port 0 when it does not. */
export function listeningAddress(server: HttpServer): { readonly address: string; readonly port: number } {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address : { address: '127.0.0.1', port: 0 };
}

/** Whether a server speaks TLS. */
export function isSecure(server: HttpServer): boolean {
  return server instanceof TlsServer;
}

/** Whether somebody besides the router listens for upgrades; nobody does on a server of our own. */
export function hasOtherListeners(server: HttpServer): boolean {
  return !ownServers.has(server) && server.listenerCount('upgrade') > 1;
}
