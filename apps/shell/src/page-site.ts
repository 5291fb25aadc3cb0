/**
 * Serves a page's files on loopback. A page of another site may not read them: requests that name another host are refused,
 * because a foreign name can be made to point at 127.0.0.1. A WebSocket beside the page checks the origin.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appNamed } from './app-list.ts';
import type { PageFile, PageFiles } from './page-bundle.ts';
import { listApps, NAME_PATH } from './running-apps.ts';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws:",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** A port that cannot be had, in one sentence. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** A running site. Its server is free for an upgrade handler. */
export interface PageSite {
  readonly url: string;
  readonly server: Server;
  /** Ends the site with every connection it has. */
  close(): Promise<void>;
}

/** What to serve, and where. */
export interface PageSiteOptions {
  /** The app's name in the list of apps; it decides the usual port. */
  readonly app: string;
  readonly files: PageFiles;
  /** A port the user named; without one the usual port, or a free one where that is taken. */
  readonly port?: number | undefined;
  /** Answers what is no file; false leaves it to the site, which says 404. */
  readonly route?: (path: string, request: IncomingMessage, response: ServerResponse) => boolean;
  /** Called before anybody can connect: what answers upgrades is put on the server here. What it opens is the caller's to close. */
  readonly prepare?: (server: Server) => Promise<void>;
}

/** Listens on 127.0.0.1. Rejects with a {@link PortTakenError} where a named port cannot be had. */
export async function openPageSite(options: PageSiteOptions): Promise<PageSite> {
  const { app, files, port, route, prepare } = options;
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (isLoopbackHost(request.headers.host) && route?.(path, request, response)) return;
    void answer(app, files, path, request, response);
  });
  await prepare?.(server);
  await listenAsAsked(server, app, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The port an app is to use that listens in several processes: a named one, else the usual one, or a free one where that is taken.
 * Nobody listens there when it returns. Rejects with a {@link PortTakenError} where a named port cannot be had.
 */
export async function choosePort(app: string, port: number | undefined): Promise<number> {
  const probe = createServer();
  await listenAsAsked(probe, app, port);
  const { port: chosen } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return chosen;
}

async function listenAsAsked(server: Server, app: string, port: number | undefined): Promise<void> {
  const taken = await listen(server, port ?? appNamed(app).port);
  if (taken === undefined) return;
  if (port !== undefined) {
    throw new PortTakenError(
      `port ${port} cannot be used (${taken}): name another with --port, or 0 for a free one`,
    );
  }
  const free = await listen(server, 0);
  if (free !== undefined) throw new PortTakenError(`no port on 127.0.0.1 can be used (${free})`);
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

async function answer(
  app: string,
  files: PageFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLoopbackHost(request.headers.host)) {
    return send(request, response, 421, text('this page is served to 127.0.0.1 and localhost only\n'));
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(request, response, 405, text('only GET is understood here\n'));
  }
  if (path === NAME_PATH) return send(request, response, 200, json({ name: app }));
  if (path === '/apps.json') return send(request, response, 200, json(await listApps()));
  const file = files.get(path);
  send(request, response, file === undefined ? 404 : 200, file ?? text('there is no such file\n'));
}

function send(request: IncomingMessage, response: ServerResponse, status: number, file: PageFile): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': file.contentType,
    'content-length': file.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

function text(body: string): PageFile {
  return { contentType: 'text/plain; charset=utf-8', body: Buffer.from(body) };
}

function json(value: unknown): PageFile {
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}

/** Whether another site's page has sent the request: browsers say so. What changes anything asks this first. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return headers.origin !== undefined && headers.origin !== `http://${headers.host}`;
}

/** Whether a Host header names this machine's loopback. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}
