/**
 * Through a proxy to a host: CONNECT (RFC 9110 §9.3.6) or SOCKS 5, over a socket that is connected to the proxy.
 * Loaded when the first connection through a proxy is made.
 */
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyError } from '../errors.ts';
import { parseAddress } from '../guard/ip-address.ts';
import { Socks5Handshake } from '../protocol/socks5.ts';
import { type ProxyServer, proxyAuthorization } from './proxy-settings.ts';

/** Where a tunnel leads. */
export interface TunnelTarget {
  /** A name, or an address: without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Called once, unless the socket was destroyed before. */
export type TunnelCallback = (error: ProxyError | undefined) => void;

/** Has the proxy connect to a host. Afterwards the socket speaks to that host. */
export function openTunnel(
  socket: Socket,
  proxy: ProxyServer,
  target: TunnelTarget,
  callback: TunnelCallback,
): void {
  if (proxy.protocol.startsWith('socks5')) openSocks(socket, proxy, target, callback);
  else openConnect(socket, proxy, target, callback);
}

function refused(
  proxy: ProxyServer,
  target: TunnelTarget,
  reason: string,
  status?: number,
  cause?: unknown,
): ProxyError {
  const message = `the proxy ${proxy.hostname}:${proxy.port} does not connect to ${target.host}:${target.port}: ${reason}`;
  return new ProxyError(message, status, cause === undefined ? {} : { cause });
}

function openConnect(
  socket: Socket,
  proxy: ProxyServer,
  target: TunnelTarget,
  callback: TunnelCallback,
): void {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const authorization = proxyAuthorization(proxy);
  const request = httpRequest({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    createConnection: () => socket,
  });
  let over = false;
  const finish = (error: ProxyError | undefined): void => {
    if (over) return;
    over = true;
    if (error !== undefined) socket.destroy();
    callback(error);
  };
  request.once('connect', (response, _socket, head) => {
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      finish(
        refused(proxy, target, `it answered ${status} ${response.statusMessage ?? ''}`.trimEnd(), status),
      );
      return;
    }
    if (head.length > 0) socket.unshift(head);
    finish(undefined);
  });
  request.once('response', (response) => {
    const status = response.statusCode ?? 0;
    finish(refused(proxy, target, `it answered ${status} ${response.statusMessage ?? ''}`.trimEnd(), status));
  });
  request.once('error', (cause) => finish(refused(proxy, target, cause.message, undefined, cause)));
  request.end();
}

function openSocks(socket: Socket, proxy: ProxyServer, target: TunnelTarget, callback: TunnelCallback): void {
  const host = parseAddress(target.host) ?? target.host;
  const handshake = new Socks5Handshake({ host, port: target.port }, proxy.username, proxy.password);
  const finish = (error: ProxyError | undefined): void => {
    socket.off('data', onData).off('end', onEnd).off('error', onError);
    if (error !== undefined) socket.destroy();
    else socket.pause();
    callback(error);
  };
  const onData = (chunk: Buffer): void => {
    const { send, rest, fault } = handshake.receive(chunk);
    if (send !== undefined) socket.write(send);
    if (fault !== undefined) finish(refused(proxy, target, fault));
    else if (rest !== undefined) {
      finish(undefined);
      if (rest.length > 0) socket.unshift(rest);
    }
  };
  const onEnd = (): void => finish(refused(proxy, target, 'it closed the connection'));
  const onError = (cause: Error): void => finish(refused(proxy, target, cause.message, undefined, cause));
  socket.on('data', onData).on('end', onEnd).on('error', onError);
  socket.write(handshake.greeting());
}
