/**
 * Serves the page's files on loopback. A page of another site may not read the crawl: requests that name another host
 * are refused (a name that was made to point at 127.0.0.1), and the WebSocket beside it checks the origin.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageFile } from './page-bundle.ts';

/** The usual port of the observatory. */
export const DEFAULT_PORT = 4280;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self' ws:",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** A port that cannot be had, in one sentence. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** A running site, its server free for an upgrade handler. */
export interface PageSite {
  readonly url: string;
  readonly server: Server;
}

/**
 * Listens on `port` of 127.0.0.1. Without a port it takes the usual one, or a free one where that is taken.
 * Rejects with a PortTakenError where a named port cannot be had.
 */
export async function openPageSite(
  files: ReadonlyMap<string, PageFile>,
  port: number | undefined,
): Promise<PageSite> {
  const server = createServer((request, response) => answer(files, request, response));
  const taken = await listen(server, port ?? DEFAULT_PORT);
  if (taken !== undefined) {
    if (port !== undefined) {
      throw new PortTakenError(
        `port ${port} cannot be used (${taken}): name another with --port, or 0 for a free one`,
      );
    }
    const free = await listen(server, 0);
    if (free !== undefined) throw new PortTakenError(`no port on 127.0.0.1 can be used (${free})`);
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** Why the port could not be had; undefined when it was. */
function listen(server: Server, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', ready);
      resolve(error.code === 'EADDRINUSE' ? 'it is in use' : (error.code ?? error.message));
    };
    const ready = () => {
      server.off('error', failed);
      resolve(undefined);
    };
    server.once('error', failed);
    server.once('listening', ready);
    server.listen(port, '127.0.0.1');
  });
}

function answer(
  files: ReadonlyMap<string, PageFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get((request.url ?? '/').split('?', 1)[0] ?? '/');
  const [status, contentType, body] = !isLoopbackHost(request.headers.host)
    ? [421, 'text/plain; charset=utf-8', 'this page is served to 127.0.0.1 and localhost only\n']
    : request.method !== 'GET' && request.method !== 'HEAD'
      ? [405, 'text/plain; charset=utf-8', 'only GET is understood here\n']
      : file === undefined
        ? [404, 'text/plain; charset=utf-8', 'there is no such file\n']
        : [200, file.contentType, file.body];
  response.writeHead(status, {
    ...HEADERS,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Whether a Host header names this machine's loopback. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}
