/**
 * The address by which a server can be reached from the machine it runs on.
 */
import { type HttpServer, isSecure, listeningAddress } from '../transport/portable.ts';

/** A WebSocket URL for a server that listens; wildcard addresses become loopback ones. */
export function serverUrl(server: HttpServer, path = '/'): string {
  const { address, port } = listeningAddress(server);
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const hostPart = host.includes(':') ? `[${host}]` : host;
  return `${isSecure(server) ? 'wss' : 'ws'}://${hostPart}:${port}${path}`;
}
