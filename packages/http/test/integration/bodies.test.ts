// covers: src/session/body-file.ts, src/transport/connection.ts
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { assert, suite } from '@oxbow/testkit';
import { type BodyTooLargeError, get, Session } from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { rejectionOf } from '../rejection.ts';
import { eventually, httpServer, rawServer } from './loopback.ts';

const test = suite('bodies over the wire');

const encoded = (bytes: Uint8Array, coding: string) =>
  httpServer((_, response) => {
    response.setHeader('content-encoding', coding);
    response.end(bytes);
  });

for (const [what, bytes, coding] of [
  ['203 bytes of brotli for 256 MiB', brotliCompressSync(Buffer.alloc(256 * 1024 * 1024)), 'br'],
  ['gzip for 256 MiB', gzipSync(Buffer.alloc(256 * 1024 * 1024)), 'gzip'],
  ['gzip in gzip for 64 MiB', gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024))), 'gzip, gzip'],
] as const) {
  test(`${what} (${bytes.length} bytes) end in an error, whole and streamed, in bounded memory`, async () => {
    const server = await encoded(bytes, coding);
    const session = new Session();
    const before = process.memoryUsage.rss();
    assert.is((await rejectionOf(session.get(server.url).text())).code, 'ERR_OXBOW_HTTP_EXPANSION');
    assert.is(
      (await rejectionOf(session.get(server.url).stream().collect())).code,
      'ERR_OXBOW_HTTP_EXPANSION',
    );
    assert.ok(process.memoryUsage.rss() - before < 80 * 1024 * 1024);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    await session.close();
    await server.close();
  });
}

test('four codings are refused before a byte is decoded', async () => {
  const server = await encoded(Buffer.from('x'), 'gzip, gzip, gzip, gzip');
  assert.is((await rejectionOf(get(server.url).text())).code, 'ERR_OXBOW_HTTP_TOO_MANY_CODINGS');
  await server.close();
});

test('an encoded body streams decoded, and raw with decompress: false', async () => {
  const server = await encoded(gzipSync('hello\nworld'), 'gzip');
  assert.equal(await get(server.url).lines().collect(), ['hello', 'world']);
  const raw = await get(server.url, { decompress: false }).bytes();
  assert.equal([...raw.subarray(0, 2)], [0x1f, 0x8b]);
  await server.close();
});

for (const [what, limit, fails] of [
  ['exactly as long as the limit', 1000, false],
  ['one byte longer', 999, true],
] as const) {
  test(`a body ${what} is ${fails ? 'refused' : 'taken'}: announced, chunked and encoded`, async () => {
    const server = await httpServer((request, response) => {
      const body = 'x'.repeat(1000);
      if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip');
      if (request.url === '/chunked') response.write(body.slice(0, 500));
      response.end(
        request.url === '/gzip' ? gzipSync(body) : request.url === '/chunked' ? body.slice(500) : body,
      );
    });
    const session = new Session({ maxBodyBytes: limit });
    for (const path of ['/', '/chunked', '/gzip']) {
      for (const read of [
        () => session.get(server.url + path).text(),
        () =>
          session
            .get(server.url + path)
            .stream()
            .collect(),
        async () => (await session.get(server.url + path)).bytes(),
      ]) {
        if (!fails) {
          await read();
          continue;
        }
        const error = await rejectionOf<BodyTooLargeError>(Promise.resolve(read()));
        assert.is(error.code, 'ERR_OXBOW_HTTP_BODY_TOO_LARGE');
        assert.is(error.limitBytes, limit);
        assert.is(error.actualBytes, 1000);
        assert.ok(error.url?.endsWith(path), `no url on ${path}`);
      }
    }
    await session.close();
    await server.close();
  });
}

test('uploads arrive whole: text, bytes, form, multipart, blob and stream', async () => {
  const server = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'content-length': length, 'transfer-encoding': coding, 'content-type': type } = request.headers;
    response.end(JSON.stringify({ body: Buffer.concat(chunks).toString(), length, coding, type }));
  });
  interface Seen {
    body: string;
    length?: string;
    coding?: string;
    type?: string;
  }
  const session = new Session({ baseUrl: server.url });
  const post = (options: object) => session.post('/', options).json<Seen>();
  assert.equal(await post({ body: 'ä' }), { body: 'ä', length: '2', type: 'text/plain;charset=UTF-8' });
  assert.equal(await post({ form: { a: 'b c' } }), {
    body: 'a=b+c',
    length: '5',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
  });
  assert.is((await post({ body: new Blob(['blob']) })).length, '4');
  const form = new FormData();
  form.set('field', 'value');
  const multipart = await post({ body: form });
  assert.match(multipart.body, 'name="field"');
  assert.match(multipart.type ?? '', 'multipart/form-data; boundary=');
  const streamed = await post({
    body: async function* () {
      yield 'one ';
      yield Buffer.from('two');
    },
  });
  assert.equal(streamed, { body: 'one two', coding: 'chunked' });
  assert.is((await post({})).length, '0');
  await session.close();
  await server.close();
});

test('an upload is pulled only as fast as the peer takes it', async () => {
  const CHUNKS = 500;
  let pulled = 0;
  const server = await rawServer((socket) => void socket.pause());
  const reading = await httpServer(
    (sent, response) => void sent.resume().on('end', () => response.end('all')),
  );
  const session = new Session({ retry: false });
  const request = session.post(server.url, {
    body: async function* () {
      for (; pulled < CHUNKS; pulled++) yield Buffer.alloc(64 * 1024);
    },
  });
  await eventually(() => pulled > 0);
  // Meanwhile as much goes to somebody who reads.
  const whole = async function* () {
    for (let sent = 0; sent < CHUNKS; sent++) yield Buffer.alloc(64 * 1024);
  };
  assert.is(await session.post(reading.url, { body: whole }).text(), 'all');
  assert.ok(pulled < CHUNKS / 2, `${pulled} chunks were pulled`);
  request.cancel();
  assert.is((await rejectionOf(request)).name, 'CancelledError');
  for (const socket of server.sockets) socket.resume();
  await eventually(() => server.sockets.size === 0);
  await session.close();
  await reading.close();
  await server.close();
});

for (const connection of ['close', 'keep-alive']) {
  test(`an answer that comes before the upload is done ends the upload (connection: ${connection})`, async () => {
    const server = await httpServer((_, response) => {
      response.writeHead(413, { connection });
      response.end('too big');
    });
    const session = new Session({ retry: false });
    let closed = false;
    const response = await session.post(server.url, {
      body: async function* () {
        try {
          for (;;) yield Buffer.alloc(64 * 1024);
        } finally {
          closed = true;
        }
      },
    });
    assert.is(response.status, 413);
    assert.is(await response.text(), 'too big');
    await eventually(() => closed);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    await session.close();
    await server.close();
  });
}

test('an upload whose source fails is a WriteError with the reason', async () => {
  const server = await httpServer((request) => void request.resume());
  const session = new Session({ retry: false });
  const cause = new Error('disk is gone');
  const error = await rejectionOf(
    session.post(server.url, {
      body: (async function* () {
        yield 'a';
        throw cause;
      })(),
    }),
  );
  assert.is(error.cause, cause);
  assert.is(error.name, 'WriteError');
  await session.close();
  await server.close();
});

test('save() writes the file whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-http-'));
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const server = await httpServer((request, response) => {
    if (request.url === '/cut') {
      response.setHeader('content-length', String(body.length * 2));
      response.write(body, () => response.destroy());
    } else if (request.url === '/missing') response.writeHead(404).end('no');
    else response.end(body);
  });
  const session = new Session({ baseUrl: server.url, retry: false });
  const path = join(folder, 'file.bin');
  assert.is(await session.get('/').save(path), body.length);
  assert.ok((await readFile(path)).equals(body));
  await writeFile(path, 'old');
  assert.is((await rejectionOf(session.get('/cut').save(path))).code, 'ERR_OXBOW_HTTP_BODY_CUT_SHORT');
  assert.is((await rejectionOf(session.get('/missing').save(path))).code, 'ERR_OXBOW_HTTP_STATUS');
  assert.is(await readFile(path, 'utf8'), 'old');
  assert.equal(await readdir(folder), ['file.bin']);
  await session.close();
  await server.close();
  await rm(folder, { recursive: true });
});

test('save() keeps the mode of the file it replaces, and writes through a symbolic link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-http-'));
  const server = await httpServer((_, response) => response.end('new'));
  const file = join(folder, 'file');
  const link = join(folder, 'link');
  const dangling = join(folder, 'dangling');
  await writeFile(file, 'old');
  await chmod(file, 0o640);
  await symlink('file', link);
  await symlink('not-yet', dangling);
  await get(server.url).save(link);
  await get(server.url).save(dangling);
  assert.is(await readFile(file, 'utf8'), 'new');
  assert.is((await stat(file)).mode & 0o777, 0o640);
  assert.is(await readFile(join(folder, 'not-yet'), 'utf8'), 'new');
  assert.ok((await lstat(link)).isSymbolicLink() && (await lstat(dangling)).isSymbolicLink());
  assert.equal((await readdir(folder)).sort(), ['dangling', 'file', 'link', 'not-yet']);
  await server.close();
  await rm(folder, { recursive: true });
});

test('events come as they are sent', async () => {
  const server = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    response.write('event: x\ndata: two\n\n');
    response.end();
  });
  const events = await get(server.url).events().collect();
  assert.equal(
    events.map(({ data }) => data),
    ['one', 'two'],
  );
  await server.close();
});

test.run();
