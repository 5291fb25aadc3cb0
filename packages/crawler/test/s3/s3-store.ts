/** A small store on loopback that speaks as much of S3 as an upload needs. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Store {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Uploads that were begun and neither completed nor taken back. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** What was asked, as `METHOD path?query`. */
  readonly requests: string[];
  /** Answers these with 500; undefined for none. */
  failsAt: RegExp | undefined;
  close(): Promise<void>;
}

/** The body, without the frames that the SDK puts around what it signs (`aws-chunked`). */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const whole = Buffer.concat(pieces);
  if (!/aws-chunked/.test(String(request.headers['content-encoding']))) return whole;
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const lineEnd = whole.indexOf('\r\n', at);
    const size = Number.parseInt(whole.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    chunks.push(whole.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}

/** Serves an empty store. */
export async function serveStore(): Promise<S3Store> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const requests: string[] = [];
  const state: { failsAt: RegExp | undefined } = { failsAt: undefined };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://s3');
    const asked = `${request.method} ${pathname}?${searchParams}`;
    requests.push(asked);
    const body = await bodyOf(request);
    const xml = (text: string) => response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
    const id = searchParams.get('uploadId');
    if (state.failsAt?.test(asked)) response.writeHead(500).end();
    else if (request.method === 'HEAD') response.writeHead(objects.has(pathname) ? 200 : 404).end();
    else if (request.method === 'POST' && searchParams.has('uploads')) {
      const UploadId = `upload-${requests.length}`;
      uploads.set(UploadId, new Map());
      xml(`<InitiateMultipartUploadResult><UploadId>${UploadId}</UploadId></InitiateMultipartUploadResult>`);
    } else if (request.method === 'PUT' && id !== null) {
      uploads.get(id)!.set(Number(searchParams.get('partNumber')), body);
      response.writeHead(200, { etag: `"${searchParams.get('partNumber')}"` }).end();
    } else if (request.method === 'POST' && id !== null) {
      const parts = [...uploads.get(id)!].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
      objects.set(pathname, Buffer.concat(parts));
      uploads.delete(id);
      xml('<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>');
    } else if (request.method === 'DELETE' && id !== null) {
      uploads.delete(id);
      response.writeHead(204).end();
    } else {
      objects.set(pathname, body);
      response.writeHead(200, { etag: '"whole"' }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    requests,
    get failsAt() {
      return state.failsAt;
    },
    set failsAt(pattern: RegExp | undefined) {
      state.failsAt = pattern;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
