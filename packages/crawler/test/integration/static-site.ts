/** A folder served on loopback as it is, with the content types of its extensions. */
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  txt: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** What the server answers for a path: the file, and its index in a folder. */
export async function readStatic(
  root: string,
  path: string,
): Promise<{ body: Buffer; type: string } | undefined> {
  try {
    let file = join(root, normalize(decodeURIComponent(path)));
    if ((await stat(file)).isDirectory()) file = join(file, 'index.html');
    const extension = file.slice(file.lastIndexOf('.') + 1);
    return { body: await readFile(file), type: TYPES[extension] ?? 'application/octet-stream' };
  } catch {
    return undefined;
  }
}

export async function serveFolder(
  root: string,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const found = await readStatic(root, new URL(request.url ?? '/', 'http://localhost').pathname);
    if (found === undefined)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not found</title>');
    else
      response
        .writeHead(200, { 'content-type': found.type, 'content-length': found.body.length })
        .end(found.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
