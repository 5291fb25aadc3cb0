// covers: src/session/resumable-download.ts
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { type Progress, Session } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { httpServer } from './loopback.ts';

const test = suite('resumable downloads');

const BODY = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 251));
const ETAG = `"${createHash('sha1').update(BODY).digest('hex')}"`;

interface Behaviour {
  /** Bytes after which the connection is cut, for each request in turn; none once they are used up. */
  cuts?: number[];
  etag?: string | undefined;
  ranges?: boolean;
  body?: Buffer;
  /** Answers in place of a right 206. */
  onRange?: (response: ServerResponse, first: number) => void;
}

/** A server of one file, and what it was asked for. */
async function fileServer(behaviour: Behaviour = {}) {
  const asked: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { cuts = [], etag = ETAG, ranges = true, body = BODY, onRange } = behaviour;
    asked.push(request.headers.range);
    const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? -1);
    if (etag !== '') response.setHeader('etag', etag);
    const isCurrent = ranges && first >= 0 && request.headers['if-range'] === etag;
    let rest = body;
    if (isCurrent) {
      if (onRange !== undefined) {
        onRange(response, first);
        return;
      }
      if (first >= body.length) {
        response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
        return;
      }
      rest = body.subarray(first);
      response.writeHead(206, { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}` });
    } else {
      response.writeHead(200, { 'content-length': body.length });
    }
    const cut = cuts.shift();
    if (cut === undefined) response.end(rest);
    else response.write(rest.subarray(0, cut), () => response.destroy());
  };
  const server = await httpServer(answer);
  return { server, asked, behaviour };
}

async function inFolder(body: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-resume-'));
  try {
    await body(join(folder, 'file.bin'), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const session = () => new Session({ retry: { baseMs: 1, maxMs: 1, maxAttempts: 2 } });

test('a cut connection is gone on with in the same call, and the file is whole', () =>
  inFolder(async (path, folder) => {
    const { server, asked } = await fileServer({ cuts: [100_000, 100_000, 100_000, 50_000] });
    const own = session();
    const seen: Progress[] = [];
    const options = { resume: true, onProgress: (progress: Progress) => void seen.push(progress) };
    assert.is(await own.get(server.url).save(path, options), BODY.length);
    assert.ok((await readFile(path)).equals(BODY));
    assert.equal(await readdir(folder), ['file.bin']);
    assert.is(asked.length, 5);
    assert.is(asked[0], undefined);
    assert.ok(asked.slice(1).every((range) => range?.startsWith('bytes=') === true));
    assert.equal(seen.at(-1), { bytes: BODY.length, totalBytes: BODY.length });
    await own.close();
    await server.close();
  }));

test('a later call goes on where an earlier one stopped', () =>
  inFolder(async (path, folder) => {
    const { server, asked } = await fileServer({ cuts: [100_000] });
    const own = new Session({ retry: false });
    const error = await rejectionOf(own.get(server.url).save(path, { resume: true }));
    assert.is(error.code, 'ERR_OXBOW_HTTP_BODY_CUT_SHORT');
    assert.equal((await readdir(folder)).sort(), ['file.bin.part', 'file.bin.part.json']);
    assert.is(await own.get(server.url).save(path, { resume: true }), BODY.length);
    assert.ok((await readFile(path)).equals(BODY));
    assert.ok(asked[1]?.startsWith('bytes=') === true);
    await own.close();
    await server.close();
  }));

test('a file that has changed meanwhile begins anew, never mixed', () =>
  inFolder(async (path) => {
    const { server, behaviour } = await fileServer({ cuts: [100_000] });
    const own = new Session({ retry: false });
    await rejectionOf(own.get(server.url).save(path, { resume: true }));
    behaviour.body = Buffer.alloc(200_000, 'n');
    behaviour.etag = '"new"';
    assert.is(await own.get(server.url).save(path, { resume: true }), 200_000);
    assert.ok((await readFile(path)).equals(behaviour.body));
    await own.close();
    await server.close();
  }));

test('what is there whole already is only asked about', () =>
  inFolder(async (path) => {
    const { server } = await fileServer();
    await writeFile(`${path}.part`, BODY);
    await writeFile(`${path}.part.json`, JSON.stringify({ etag: ETAG }));
    const own = session();
    assert.is(await own.get(server.url).save(path, { resume: true }), BODY.length);
    assert.ok((await readFile(path)).equals(BODY));
    await own.close();
    await server.close();
  }));

for (const [what, behaviour] of [
  ['without ranges', { ranges: false }],
  ['with a weak ETag', { etag: 'W/"weak"' }],
  ['without an ETag', { etag: '' }],
] as const) {
  test(`a server ${what}: a cut is an error, the next call begins anew`, () =>
    inFolder(async (path) => {
      const { server } = await fileServer({ ...behaviour, cuts: [100_000] });
      const own = new Session({ retry: false });
      await rejectionOf(own.get(server.url).save(path, { resume: true }));
      assert.is(await own.get(server.url).save(path, { resume: true }), BODY.length);
      assert.ok((await readFile(path)).equals(BODY));
      await own.close();
      await server.close();
    }));
}

for (const [what, onRange] of [
  [
    'another range',
    (response: ServerResponse) =>
      response.writeHead(206, { 'content-range': `bytes 0-9/${BODY.length}` }).end('0123456789'),
  ],
  ['no range', (response: ServerResponse) => response.writeHead(206).end('x')],
  [
    'a range of something else',
    (response: ServerResponse, first: number) =>
      response
        .writeHead(206, {
          etag: '"other"',
          'content-range': `bytes ${first}-${BODY.length - 1}/${BODY.length}`,
        })
        .end(BODY.subarray(first)),
  ],
] as const) {
  test(`a 206 with ${what} is refused, and what was there stays`, () =>
    inFolder(async (path) => {
      const { server } = await fileServer({ cuts: [100_000], onRange });
      const own = session();
      const error = await rejectionOf(own.get(server.url).save(path, { resume: true }));
      assert.is(error.code, 'ERR_OXBOW_HTTP_BAD_RANGE');
      const part = await readFile(`${path}.part`);
      assert.ok(part.equals(BODY.subarray(0, part.length)));
      await own.close();
      await server.close();
    }));
}

test('a bad status is a StatusError, options are checked', () =>
  inFolder(async (path) => {
    const server = await httpServer((_, response) => response.writeHead(404).end('no'));
    const own = session();
    assert.is(
      (await rejectionOf(own.get(server.url).save(path, { resume: true }))).code,
      'ERR_OXBOW_HTTP_STATUS',
    );
    assert.throws(() => own.get(server.url).save(path, { resum: true } as object), /resume/);
    assert.throws(() => own.get(server.url).save(path, { onProgress: 5 as never }), /function/);
    await own.close();
    await server.close();
  }));

test('progress is told without resuming, too', () =>
  inFolder(async (path) => {
    const { server } = await fileServer();
    const own = session();
    const seen: Progress[] = [];
    await own.get(server.url).save(path, { onProgress: (progress) => void seen.push(progress) });
    assert.equal(seen.at(-1), { bytes: BODY.length, totalBytes: BODY.length });
    const response = await own.get(server.url);
    await response.save(path, { onProgress: (progress) => void seen.push(progress) });
    assert.equal(seen.at(-1), { bytes: BODY.length, totalBytes: BODY.length });
    await own.close();
    await server.close();
  }));

test.run();
