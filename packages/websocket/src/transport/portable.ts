/**
 * WebSocket upgrades over Node's own HTTP, public API only: runs wherever Node runs. The one file that imports node:http;
 * everything above sees transports and upgrades.
 */

import {
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  STATUS_CODES,
} from 'node:http';
import { request as requestHttps, Server as TlsServer } from 'node:https';
import type { Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { TcpTransport } from './tcp-transport.ts';
import type { Transport } from './transport.ts';

/** What `node:tls` takes for a connection: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized` and more. */
export type TlsOptions = ConnectionOptions;

/** A server of `node:http` (or `node:https`). */
export type HttpServer = Server;

/** A request to upgrade, before it is judged. */
export interface UpgradeAttempt {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string | undefined;
  /** Sends 101 and gives the transport; undefined when the peer has gone. */
  accept(headers: readonly (readonly [string, string])[]): Transport | undefined;
  /** Sends a status and closes. */
  refuse(status: number, reason: string, headers: readonly (readonly [string, string])[]): void;
}

/** Listens for upgrades on a server. @returns what takes the listener off again */
export function listenForUpgrades(
  server: HttpServer,
  onUpgrade: (attempt: UpgradeAttempt) => void,
): () => void {
  const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    outsideAllTasks(() => onUpgrade(attemptOf(request, socket as TcpSocket, head)));
  };
  server.on('upgrade', listener);
  return () => {
    server.off('upgrade', listener);
  };
}

function attemptOf(request: IncomingMessage, socket: TcpSocket, head: Buffer): UpgradeAttempt {
  const ignore = () => {};
  socket.on('error', ignore);
  const write = (status: number, headers: readonly (readonly [string, string])[], body: string): void => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n${body}`);
  };
  return {
    method: request.method ?? '',
    url: request.url ?? '/',
    headers: headersOf(request),
    remoteAddress: socket.remoteAddress,
    accept(headers) {
      if (socket.destroyed || !socket.writable) {
        socket.destroy();
        return undefined;
      }
      write(101, headers, '');
      if (head.length > 0) socket.unshift(head);
      const transport = new TcpTransport(socket, { sharesReads: true });
      socket.off('error', ignore);
      return transport;
    },
    refuse(status, reason, headers) {
      if (!socket.writable) {
        socket.destroy();
        return;
      }
      const body = `${reason}\n`;
      const plain: [string, string][] = [
        ['Connection', 'close'],
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Content-Length', String(Buffer.byteLength(body))],
      ];
      write(status, [...headers, ...plain], body);
      // What the peer still sends is read and dropped, so that no reset overtakes the answer.
      socket.resume();
      socket.end(() => socket.destroy());
    },
  };
}

/** Header values by lower-case name, without a prototype: a header may be called `__proto__`. */
function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return Object.freeze(headers);
}

/** A server of our own, for nothing but upgrades: other requests are answered with 426. */
export interface OwnServer {
  readonly http: HttpServer;
  readonly port: number;
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
  http.on('connection', (socket: TcpSocket) => {
    plain.set(
      socket,
      options.onConnection(() => socket.destroy()),
    );
    socket.once('close', () => settle(socket));
  });
  http.on('upgrade', (_request, socket) => settle(socket as TcpSocket));
  const opened = new Promise<OwnServer>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host: options.host, port: options.port }, () => {
      http.off('error', reject);
      resolve({
        http,
        port: portOf(http),
        close: () => {
          http.close();
          for (const socket of plain.keys()) socket.destroy();
        },
      });
    });
  });
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

/** Whether somebody besides the router listens for upgrades; nobody can on a server of our own. */
export function hasOtherListeners(server: HttpServer): boolean {
  return !ownServers.has(server) && server.listenerCount('upgrade') > 1;
}

/** What came of a client's request to upgrade. */
export type UpgradeReply =
  | {
      readonly upgraded: true;
      readonly headers: Readonly<Record<string, string>>;
      readonly transport: Transport;
    }
  | { readonly upgraded: false; readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** What a client's request needs. */
export interface UpgradeRequestOptions {
  /** ws:, wss:, http: or https:. */
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
  readonly tls: TlsOptions;
  readonly onReply: (reply: UpgradeReply) => void;
  readonly onError: (error: unknown) => void;
}

/** Asks a server to upgrade; tells of exactly one outcome. @returns the way to give up, after which nothing is told */
export function requestUpgrade(options: UpgradeRequestOptions): () => void {
  const { url, onReply, onError } = options;
  const isSecure = url.protocol === 'wss:' || url.protocol === 'https:';
  const target = new URL(url);
  target.protocol = isSecure ? 'https:' : 'http:';
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of options.headers) headers[name] = value;
  const request = (isSecure ? requestHttps : requestHttp)(target, { ...options.tls, headers, agent: false });
  let isSettled = false;
  const settle = (tell: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    tell();
  };
  request.on('upgrade', (response, socket, head) => {
    // Also when nobody wants it any more: an error without a listener would end the process.
    const transport = new TcpTransport(socket as TcpSocket);
    if (isSettled) return transport.destroy();
    if (head.length > 0) socket.unshift(head);
    settle(() => onReply({ upgraded: true, headers: headersOf(response), transport }));
  });
  request.on('response', (response) => {
    settle(() =>
      onReply({ upgraded: false, status: response.statusCode ?? 0, headers: headersOf(response) }),
    );
    response.destroy();
  });
  request.on('error', (error) => settle(() => onError(error)));
  request.end();
  return () => {
    isSettled = true;
    request.destroy();
  };
}
