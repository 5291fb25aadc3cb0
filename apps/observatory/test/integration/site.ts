/** A site on loopback for crawls to meet: each path has its own behaviour, and every request is counted. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path does. A string is the body of an HTML page. */
export type Behaviour = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** A running site. */
export interface Site {
  /** `http://127.0.0.1:port` without a slash at the end. */
  readonly origin: string;
  /** How often each path was asked for. */
  readonly requests: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Serves `paths` on a free port of 127.0.0.1; anything else is 404. */
export async function openSite(paths: Readonly<Record<string, Behaviour>>): Promise<Site> {
  const requests = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.set(path, (requests.get(path) ?? 0) + 1);
    const behaviour = paths[path];
    if (behaviour === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<p>not here</p>');
    } else if (typeof behaviour === 'string') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(behaviour);
    } else {
      behaviour(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `count` pages, each linking to the next two; the first is `/`. */
export function chainOfPages(count: number): Record<string, string> {
  const pages: Record<string, string> = {};
  for (let at = 0; at < count; at += 1) {
    const links = [at + 1, at + 2]
      .filter((to) => to < count)
      .map((to) => `<a href="/p${to}">${to}</a>`)
      .join(' ');
    pages[at === 0 ? '/' : `/p${at}`] = `<title>Page ${at}</title>${links}`;
  }
  return pages;
}
