// covers: src/server/server.ts, src/client/connect.ts
/** Others of the field as the peer: nginx in between, ws, Node's own client, Python's websockets. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, connect as tcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { WebSocketServer as WsServer, WebSocket as WsSocket } from 'ws';
import { connect, type SocketHandler, serve, type WebSocketServer } from '../../src/index.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

/** Messages of every length encoding, text and bytes, compressible and not. */
const TEXTS = ['', 'short', 'ünïcödé 🎉', 'm'.repeat(70_000)];
const BYTES = [0, 1, 125, 126, 65_535, 65_536, 300_000].map((size) =>
  Uint8Array.from({ length: size }, (_, i) => (i * 7919) % 251),
);

function isInstalled(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tcp(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/** Runs a program until `body` is done with it. @returns what it printed */
async function withProgram(
  program: string,
  args: readonly string[],
  body: (hasEnded: () => boolean) => Promise<void>,
): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const exited = new Promise((resolve) => child.once('close', resolve));
  try {
    await body(() => child.exitCode !== null);
  } catch (error) {
    throw new Error(`${program} said: ${said}`, { cause: error });
  } finally {
    child.kill();
    await exited;
  }
  return said;
}

/** Sends everything to an echo and compares what comes back, first in step and then all at once. */
async function converse(url: string, options = {}): Promise<void> {
  const socket = await connect(url, { maxMessageBytes: 1_048_576, ...options });
  const messages = [...TEXTS, ...BYTES];
  const received: (string | Uint8Array)[] = [];
  const reading = (async () => {
    for await (const message of socket) {
      received.push(message);
      if (received.length === messages.length * 2) break;
    }
  })();
  for (const [i, message] of messages.entries()) {
    await socket.send(message);
    await until('the echo', () => received.length === i + 1);
  }
  for (const message of messages) void socket.send(message);
  await reading;
  const same = [...messages, ...messages].every((message, i) => isSame(message, received[i]!));
  assert.ok(same, 'an echo differs');
  assert.is((await socket.close(4001, 'done')).code, 4001);
}

function isSame(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b);
}

async function withServer(
  options: Parameters<typeof serve>[1],
  use: (server: WebSocketServer) => Promise<void>,
): Promise<void> {
  const server = await serve(echo, options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

const test = suite('real counterparts');

for (const deflate of [false, true]) {
  const how = deflate ? 'compressed' : 'plain';

  test(`ws as the server, ${how}`, async () => {
    const server = new WsServer({ port: 0, host: '127.0.0.1', perMessageDeflate: deflate });
    server.on('connection', (socket) => {
      socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    await converse(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, { deflate });
    server.close();
  });

  test(`ws as the client, ${how}`, () =>
    withServer({ deflate }, async ({ url }) => {
      const socket = new WsSocket(url, { perMessageDeflate: deflate });
      const received: Buffer[] = [];
      socket.on('message', (message) => received.push(message as Buffer));
      await new Promise((resolve) => socket.once('open', resolve));
      for (const message of [...TEXTS, ...BYTES]) socket.send(message);
      await until('all echoes', () => received.length === TEXTS.length + BYTES.length);
      const expected = [...TEXTS, ...BYTES].map((message) => Buffer.from(message as string));
      assert.ok(expected.every((message, i) => message.equals(received[i]!)));
      const code = new Promise((resolve) => socket.once('close', resolve));
      socket.close(4002);
      assert.is(await code, 4002);
    }));

  test(`nginx in front, ${how}`, async () => {
    skipUnless(isInstalled('nginx', '-v'), 'nginx is not installed');
    const folder = await mkdtemp(join(tmpdir(), 'oxbow-nginx-'));
    const port = await freePort();
    await withServer({ deflate, path: '/socket' }, async (server) => {
      await writeFile(join(folder, 'nginx.conf'), nginxConfig(port, folder, server.port));
      await withProgram('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], async (hasEnded) => {
        await until('nginx listens', async () => hasEnded() || (await isListening(port)));
        await converse(`ws://127.0.0.1:${port}/socket`, { deflate });
        const refusal = await connect(`ws://127.0.0.1:${port}/nothing`).then(
          () => undefined,
          (error: unknown) => (error as { status: number }).status,
        );
        assert.is(refusal, 404);
      });
    });
    await rm(folder, { recursive: true });
  });

  test(`Python's websockets as the client, ${how}`, async () => {
    const python = pythonWithWebsockets();
    await withServer({ deflate }, async ({ url }) => {
      const said = await withProgram(python, ['-c', PYTHON_CLIENT, url, how], async (hasEnded) => {
        await until('Python is done', hasEnded);
      });
      assert.is(said.trim(), deflate ? 'same True closed 4003' : 'same False closed 4003');
    });
  });

  test(`Python's websockets as the server, ${how}`, async () => {
    const python = pythonWithWebsockets();
    const port = await freePort();
    await withProgram(python, ['-c', PYTHON_SERVER, String(port), how], async (hasEnded) => {
      await until('Python listens', async () => hasEnded() || (await isListening(port)));
      await converse(`ws://127.0.0.1:${port}/`, { deflate });
    });
  });
}

function nginxConfig(port: number, folder: string, to: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${to};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host:$server_port;
    }
  }
}
`;
}

/** A Python with the package: the one that OXBOW_PYTHON names, else the first on the path, else the system's. */
function pythonWithWebsockets(): string {
  const { OXBOW_PYTHON } = process.env;
  const candidates = OXBOW_PYTHON === undefined ? ['python3', '/usr/bin/python3'] : [OXBOW_PYTHON];
  const python = candidates.find((each) => isInstalled(each, '-c', 'import websockets'));
  skipUnless(
    python !== undefined,
    'no Python with websockets here: install Debian\'s "python3-websockets", or name one by OXBOW_PYTHON',
  );
  return python as string;
}

const PYTHON_CLIENT = `
import asyncio, sys
from websockets import connect

async def main(url, how):
    compression = "deflate" if how == "compressed" else None
    async with connect(url, compression=compression) as socket:
        messages = ["", "short", "m" * 70000, b"", bytes(65535), bytes(300000)]
        for message in messages:
            await socket.send(message)
        same = [await socket.recv() for _ in messages] == messages
        pong = await socket.ping()
        await pong
        compressed = any("PerMessageDeflate" in repr(each) for each in getattr(socket, "protocol", socket).extensions)
        await socket.close(4003, "done")
        print("same" if same else "different", compressed, "closed", socket.close_code)

asyncio.run(main(*sys.argv[1:]))
`;

const PYTHON_SERVER = `
import asyncio, sys
from websockets import serve

async def echo(socket):
    async for message in socket:
        await socket.send(message)

async def main(port, how):
    compression = "deflate" if how == "compressed" else None
    async with serve(echo, "127.0.0.1", int(port), compression=compression):
        await asyncio.Future()

asyncio.run(main(*sys.argv[1:]))
`;

test.run();
