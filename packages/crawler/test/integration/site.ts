/** A small web site on loopback, made of a table of paths. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path answers: HTML text, or a function. */
export type Route = string | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Site {
  readonly origin: string;
  /** Paths in the order they were asked for. */
  readonly requests: string[];
  /** When each request came and when its answer ended, in milliseconds. */
  readonly spans: { readonly path: string; readonly fromMs: number; toMs: number }[];
  close(): Promise<void>;
}

/** Serves the routes; other paths are 404, `/robots.txt` too unless it is named. */
export async function serveSite(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const requests: string[] = [];
  const spans: Site['spans'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const span = { path, fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY };
    spans.push(span);
    response.on('close', () => {
      span.toMs = performance.now();
    });
    const route = routes[path];
    if (typeof route === 'function') route(request, response);
    else if (route === undefined)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>none</title>');
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(route);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A route that answers with a status and headers. */
export const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}, body: string | Uint8Array = ''): Route =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

/** HTML with a link to each path. */
export const linksTo = (...paths: readonly string[]): string =>
  paths.map((path) => `<a href="${path}">x</a>`).join('');
