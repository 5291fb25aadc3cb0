import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { Session, type SessionOptions } from '../../src/index.ts';
import { withProgram } from './system-program.ts';

const test = suite('nginx');

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Large enough for several reads, and not the same everywhere. */
const FILE = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7919) % 251));
const TEXT = 'a line of text that a server compresses\n'.repeat(2_000);

/** The lines of a `server` block. */
const config = (port: number, folder: string, lines: readonly string[]): string => `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  types { text/plain txt; }
  default_type application/octet-stream;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ssl_certificate ${fixture('localhost.crt')};
  ssl_certificate_key ${fixture('localhost.key')};
  server {
    listen 127.0.0.1:${port};
    server_name localhost;
    root ${folder}/root;
    gzip on;
    gzip_types text/plain;
    ${lines.join('\n    ')}
  }
}
`;

interface Stage {
  readonly url: string;
  readonly folder: string;
  readonly session: Session;
}

/** Runs nginx with these lines, and a session that trusts it. */
function withNginx(
  lines: readonly string[],
  options: SessionOptions,
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const isSecure = lines.some((line) => line.includes('ssl'));
  return withProgram(
    'nginx',
    async (port, folder) => {
      await mkdir(join(folder, 'root/folder'), { recursive: true });
      await writeFile(join(folder, 'root/file.bin'), FILE);
      await writeFile(join(folder, 'root/text.txt'), TEXT);
      const rest = lines.filter((line) => !line.includes('ssl'));
      // `listen` once: with or without TLS.
      const text = config(port, folder, rest);
      const file = join(folder, 'nginx.conf');
      await writeFile(file, isSecure ? text.replace(`:${port};`, `:${port} ${lines[0]};`) : text);
      return ['-p', folder, '-c', file];
    },
    async (port, folder) => {
      const url = `${isSecure ? 'https' : 'http'}://localhost:${port}`;
      const session = new Session({ tls: { ca: await readFile(fixture('localhost.crt')) }, ...options });
      try {
        await body({ url, folder, session });
      } finally {
        await session.close();
      }
    },
  );
}

const get50 = async ({ session, url }: Stage): Promise<void> => {
  const bodies = await Promise.all(
    Array.from({ length: 50 }, (_, i) => session.get(`${url}/text.txt?${i}`).text()),
  );
  assert.ok(bodies.every((body) => body === TEXT));
  for (let i = 0; i < 20; i++) assert.is(await session.get(`${url}/text.txt`).text(), TEXT);
};

for (const listen of [[], ['ssl'], ['ssl http2']]) {
  test(`files, compressed and not, over ${listen[0] ?? 'plain'} connections`, () =>
    withNginx(listen, { limits: { perOrigin: 10 }, http2: true }, async (stage) => {
      await get50(stage);
      const { session, url } = stage;
      const response = await session.get(`${url}/text.txt`);
      assert.is(response.headers.get('content-encoding'), 'gzip');
      assert.is(await response.text(), TEXT);
      assert.equal(Buffer.from(await session.get(`${url}/file.bin`).bytes()), FILE);
      const head = await session.head(`${url}/file.bin`);
      assert.is(head.headers.get('content-length'), String(FILE.length));
      assert.is(await head.text(), '');
      // A folder without its slash is a redirect to it.
      const folder = await session.get(`${url}/folder`, { redirect: 'manual' });
      assert.is(folder.status, 301);
      folder.discard();
      assert.is((await session.get(`${url}/none`)).status, 404);
    }));
}

for (const listen of [[], ['ssl http2']]) {
  test(`a connection that serves three requests and is then closed loses none of them, ${listen[0] ?? 'plain'}`, () =>
    withNginx(
      [...listen, 'keepalive_requests 3;'],
      // Whoever meets a GOAWAY is sent again: for a moment of many requests, several times.
      {
        retry: listen.length === 0 ? false : { baseMs: 1, maxAttempts: 20 },
        limits: { perOrigin: 4 },
        http2: true,
      },
      async (stage) => {
        await get50(stage);
        for (let i = 0; i < 10; i++) {
          assert.is((await stage.session.post(`${stage.url}/text.txt`, { body: 'x' })).status, 405);
        }
      },
    ));
}

test('requests over HTTP/2 share a connection', () =>
  withNginx(
    ['ssl http2', 'location /how { default_type text/plain; return 200 "$server_protocol $connection\\n"; }'],
    { http2: true },
    async ({ session, url }) => {
      const all = await Promise.all(Array.from({ length: 20 }, () => session.get(`${url}/how`).text()));
      assert.match(all[0] ?? '', /^HTTP\/2\.0 \d+\n$/);
      assert.is(new Set(all).size, 1);
    },
  ));

test('without keep-alive every request has its connection', () =>
  withNginx(['keepalive_timeout 0;'], { retry: false, limits: { perOrigin: 4 } }, get50));

test('a range, and the rest of a file by If-Range', () =>
  withNginx([], {}, async ({ session, url, folder }) => {
    const part = await session.get(`${url}/file.bin`, { headers: { range: 'bytes=100-199' } });
    assert.is(part.status, 206);
    assert.equal(Buffer.from(await part.bytes()), FILE.subarray(100, 200));
    const whole = await session.get(`${url}/file.bin`);
    const etag = whole.headers.get('etag') as string;
    whole.discard();
    const path = join(folder, 'copy.bin');
    assert.is(await session.get(`${url}/file.bin`).save(path, { resume: true }), FILE.length);
    assert.equal(await readFile(path), FILE);
    const changed = await session.get(`${url}/file.bin`, {
      headers: { range: 'bytes=100-', 'if-range': `${etag.slice(0, -1)}x"` },
    });
    assert.is(changed.status, 200);
    changed.discard();
  }));

test('a kept response is asked about with its validators', () =>
  withNginx(['add_header Cache-Control no-cache;'], { cache: true }, async ({ session, url }) => {
    for (let i = 0; i < 3; i++) {
      const response = await session.get(`${url}/text.txt`);
      assert.is(await response.text(), TEXT);
      assert.is(response.status, 200);
      assert.is(response.headers.has('age'), i > 0);
    }
  }));

// Without a lingering close nginx resets what still comes: the answer is in a socket that cannot be written to any more.
for (const listen of [[], ['ssl'], ['ssl http2']]) {
  test(`a body over the limit of the server is answered with 413 while it is being sent, ${listen[0] ?? 'plain'}`, () =>
    withNginx(
      [
        ...listen,
        'client_max_body_size 100k;',
        'lingering_close off;',
        'location /upload { proxy_pass http://127.0.0.1:1; }',
      ],
      { retry: false, http2: true },
      async ({ session, url }) => {
        const pieces = async function* () {
          for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(64 * 1024);
        };
        for (let i = 0; i < 10; i++) {
          for (const body of [Buffer.alloc(5_000_000), pieces]) {
            const response = await session.put(`${url}/upload`, { body });
            assert.is(response.status, 413);
            assert.match(await response.text(), 'Too Large');
          }
        }
        assert.is(await session.get(`${url}/text.txt`).text(), TEXT);
      },
    ));
}

test('a slow answer ends by its timeout, and the next one is right', () =>
  withNginx(
    ['location /slow/ { limit_rate 10; alias root/; }'],
    { retry: false, timeouts: { totalMs: 200 } },
    async ({ session, url }) => {
      const error = await session
        .get(`${url}/slow/file.bin`)
        .bytes()
        .then(
          () => undefined,
          (cause: { code: string }) => cause.code,
        );
      assert.is(error, 'ERR_OXBOW_HTTP_DEADLINE');
      assert.is(await session.get(`${url}/text.txt`, { timeoutMs: 60_000 }).text(), TEXT);
    },
  ));

test.run();
