// covers: src/body/upload-stream.ts
import { createReadStream, openAsBlob } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { get, type HttpError, type Progress, Session } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { eventually, httpServer } from './loopback.ts';

const test = suite('uploads over the wire');

/** A server that tells what it got, and one that is not there. */
const echo = () =>
  httpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const length = request.headers['content-length'] ?? null;
      response.end(JSON.stringify({ body, length, ...codingOf(request) }));
    });
  });
const codingOf = (request: IncomingMessage) => ({ coding: request.headers['transfer-encoding'] ?? null });
const REFUSED = 'http://127.0.0.1:1/';

const missing = () => createReadStream('/no/such/file');
for (const [where, send] of [
  ['to a server that answers', (session: Session, url: string) => session.post(url, { body: missing() })],
  ['to a refused port', (session: Session) => session.post(REFUSED, { body: missing() })],
  ['as PUT', (session: Session, url: string) => session.put(url, { body: missing() })],
  ['from a function', (session: Session, url: string) => session.put(url, { body: missing })],
] as const) {
  test(`a file that is not there is an error of the request and ends nothing else: ${where}`, async () => {
    const server = await echo();
    const session = new Session({ retry: { maxAttempts: 1, baseMs: 1 } });
    const error = await rejectionOf<HttpError>(send(session, server.url));
    const known = ['ERR_OXBOW_HTTP_UPLOAD_FAILED', 'ERR_OXBOW_HTTP_CONNECT'];
    assert.ok(known.includes(error.code ?? ''), error.code);
    await session.close();
    await server.close();
  });
}

test('a source that fails in the queue fails its request when its turn comes', async () => {
  let answer: (() => void) | undefined;
  const server = await httpServer((request, response) => {
    if (request.method === 'GET') answer = () => void response.end('slow');
  });
  const session = new Session({ limits: { perOrigin: 1 } });
  const first = session.get(server.url).text();
  const failing = rejectionOf<HttpError>(session.post(server.url, { body: missing() }));
  await eventually(() => session.statistics().queued === 1);
  (await until('the first to be asked', () => answer))();
  const error = await failing;
  assert.is(error.code, 'ERR_OXBOW_HTTP_UPLOAD_FAILED');
  assert.is((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
  assert.is(await first, 'slow');
  await session.close();
  await server.close();
});

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

test('sources that are never read are closed: refused, invalid, queue full, cancelled', async () => {
  skipUnless(process.platform === 'linux', 'open files are counted in /proc');
  const stalled = await httpServer(() => {});
  const session = new Session({ retry: false, limits: { perOrigin: 1, maxQueued: 1 } });
  const file = () => createReadStream(import.meta.filename);
  const before = await openFiles();
  const holding = session.get(stalled.url);
  const sending = [];
  for (let i = 0; i < 20; i++) {
    sending.push(session.post(REFUSED, { body: file() }));
    sending.push(session.post('nonsense', { body: file() }));
    sending.push(session.post(stalled.url, { body: file() }));
    sending.push(session.post(stalled.url, { body: file(), json: 1 }));
  }
  await new Promise((resolve) => setImmediate(resolve));
  for (const request of [holding, ...sending]) request.cancel();
  for (const request of [holding, ...sending]) await rejectionOf(request);
  await stalled.close();
  await session.close();
  await until('the files to be closed', async () => (await openFiles()) <= before + 2);
});

test('a download that was to be uploaded is given up when the upload fails', async () => {
  const server = await httpServer((_, response) => response.end(Buffer.alloc(4 * 1024 * 1024)));
  const session = new Session({ retry: false });
  const error = await rejectionOf(session.post(REFUSED, { body: session.get(server.url).stream() }));
  assert.is(error.code, 'ERR_OXBOW_HTTP_CONNECT');
  await eventually(() => session.statistics().open === 0);
  await session.close();
  await server.close();
});

test('a body stream cannot be sent twice', async () => {
  const server = await echo();
  const session = new Session();
  const source = Readable.from(['once']);
  assert.is((await session.post(server.url, { body: source }).json<{ body: string }>()).body, 'once');
  const error = await rejectionOf(session.post(server.url, { body: source }));
  assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  await session.close();
  await server.close();
});

test('known lengths go as Content-Length: forms, files, blobs, and streams whose length is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-upload-'));
  const path = join(folder, 'file.txt');
  await writeFile(path, 'a file');
  const server = await echo();
  const session = new Session();
  const form = new FormData();
  form.append('field', 'value');
  const stream = async function* () {
    yield 'a ';
    yield 'file';
  };
  for (const options of [
    { body: form },
    { file: path },
    { file: new URL(`file://${path}`) },
    { body: await openAsBlob(path) },
    { body: createReadStream(path), contentLength: 6 },
    { body: stream, contentLength: 6 },
  ]) {
    const got = await session.post(server.url, options).json<{ body: string; length: string }>();
    assert.is(got.length, String(Buffer.byteLength(got.body)));
    if (!('body' in options && options.body === form)) assert.is(got.body, 'a file');
  }
  assert.equal(await session.post(server.url, { body: stream }).json(), {
    body: 'a file',
    length: null,
    coding: 'chunked',
  });
  for (const contentLength of [5, 7]) {
    const error = await rejectionOf(session.post(server.url, { body: stream, contentLength, retry: false }));
    assert.is(error.code, 'ERR_OXBOW_HTTP_LENGTH_MISMATCH');
  }
  for (const options of [
    { body: 'text', contentLength: 4 },
    { body: stream, contentLength: -1 },
  ]) {
    assert.is((await rejectionOf(session.post(server.url, options))).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
  }
  assert.is((await rejectionOf(get(server.url, { file: '/no/such' }))).code, 'ERR_OXBOW_HTTP_UPLOAD_FAILED');
  await session.close();
  await server.close();
  await rm(folder, { recursive: true });
});

test('progress of a streamed upload is told piece by piece, with the total where it is known', async () => {
  const server = await echo();
  const seen: Progress[] = [];
  const pieces = ['one', 'two', 'three'];
  const session = new Session();
  await session
    .post(server.url, {
      body: async function* () {
        yield* pieces;
      },
      contentLength: 11,
      onUploadProgress: (progress) => void seen.push(progress),
    })
    .text();
  assert.equal(seen.at(-1), { bytes: 11, totalBytes: 11 });
  assert.ok(seen.length >= 3 && seen.every(({ totalBytes }) => totalBytes === 11));
  await session.close();
  await server.close();
});

test.run();
