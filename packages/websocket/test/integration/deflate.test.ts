// Compression over real sockets, with every peer there is: our own client, the ws package on either side, Node's WebSocket.
import { assert, suite, until } from '@oxbow/testkit';
import { WebSocket as WsClient, WebSocketServer as WsServer } from 'ws';
import { connect, type DeflateOptions, type SocketHandler, serve } from '../../src/index.ts';
import { HANDSHAKE, RawClient } from '../fixtures/raw-client.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

const JSON_TEXT = JSON.stringify(
  Array.from({ length: 300 }, (_, i) => ({ id: i, name: `user ${i % 10}`, ok: true })),
);
const MESSAGES = [
  '',
  'x',
  JSON_TEXT,
  Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) >> 5),
  JSON_TEXT,
  'ü'.repeat(3_000),
];
const PARAMETERS: readonly DeflateOptions[] = [
  { thresholdBytes: 0 },
  { thresholdBytes: 0, contextTakeover: true, peerContextTakeover: true },
  { thresholdBytes: 0, contextTakeover: true },
  { thresholdBytes: 0, windowBits: 9, peerWindowBits: 9 },
  {
    thresholdBytes: 0,
    windowBits: 10,
    peerWindowBits: 12,
    contextTakeover: true,
    peerContextTakeover: true,
    memLevel: 1,
    level: 1,
  },
  {},
];
const asBytes = (data: unknown) => Buffer.from(data as string);

const test = suite('permessage-deflate with real peers');

for (const deflate of PARAMETERS) {
  test(`our own client, ${JSON.stringify(deflate)}`, async () => {
    const server = await serve(echo, { deflate });
    const socket = await connect(server.url, { deflate });
    const back = socket.values();
    for (const message of MESSAGES) {
      await socket.send(message);
      assert.equal((await back.next()).value, message);
    }
    await socket.close();
    await server.close();
  });

  test(`the client of ws, ${JSON.stringify(deflate)}`, async () => {
    const server = await serve(echo, { deflate });
    const client = new WsClient(server.url, { perMessageDeflate: { threshold: 0 } });
    const got: Buffer[] = [];
    client.on('message', (data) => got.push(data as Buffer));
    await new Promise((resolve) => client.on('open', resolve));
    assert.match(client.extensions, /permessage-deflate/);
    for (const message of MESSAGES) client.send(message);
    await until('all messages to come back', () => got.length === MESSAGES.length);
    assert.equal(got.map(asBytes), MESSAGES.map(asBytes));
    client.close();
    await server.close();
  });

  test(`the server of ws, ${JSON.stringify(deflate)}`, async () => {
    const server = new WsServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    server.on('connection', (peer) =>
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
    );
    await new Promise((resolve) => server.on('listening', resolve));
    const { port } = server.address() as { port: number };
    const socket = await connect(`ws://127.0.0.1:${port}`, { deflate });
    const back = socket.values();
    for (const message of MESSAGES) {
      await socket.send(message);
      assert.equal((await back.next()).value, message);
    }
    await socket.close();
    server.close();
  });
}

test('Node’s own WebSocket', async () => {
  const server = await serve(echo, { deflate: { thresholdBytes: 0 } });
  const client = new WebSocket(server.url);
  client.binaryType = 'arraybuffer';
  const got: unknown[] = [];
  client.onmessage = ({ data }) =>
    got.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  await new Promise((resolve) => {
    client.onopen = resolve;
  });
  for (const message of MESSAGES) client.send(message);
  await until('all messages to come back', () => got.length === MESSAGES.length);
  assert.equal(got, MESSAGES);
  client.close();
  await server.close();
});

test('a message for many is compressed for those who agreed, and plain for the others', async () => {
  const server = await serve((socket) => void socket.join('news'), {
    deflate: { thresholdBytes: 0, contextTakeover: true },
  });
  const clients = await Promise.all([
    connect(server.url, { deflate: true }),
    connect(server.url, { deflate: { peerContextTakeover: true } }),
    connect(server.url),
  ]);
  await until('all to follow', () => server.topic('news').followers === 3);
  const readers = clients.map((client) => client.values());
  for (let round = 0; round < 3; round += 1) {
    await server.topic('news').publish(JSON_TEXT);
    for (const reader of readers) assert.equal((await reader.next()).value, JSON_TEXT);
  }
  for (const client of clients) await client.close();
  await server.close();
});

const EXTENDED = { ...HANDSHAKE, 'Sec-WebSocket-Extensions': 'permessage-deflate' };
const masked = (first: number, payload: readonly number[]) =>
  Uint8Array.of(first, 0x80 | payload.length, 0, 0, 0, 0, ...payload);

async function raw(options: Parameters<typeof serve>[1]) {
  const server = await serve(echo, { closeTimeoutMs: 300, ...options });
  const client = await RawClient.open(server.port, EXTENDED);
  const end = async () => {
    client.socket.destroy();
    await server.close();
  };
  return { client, end };
}

test('a deflate bomb is stopped while it is decompressed, with 1009', async () => {
  const { client, end } = await raw({ deflate: true, maxMessageBytes: 10_000 });
  const { deflateRawSync, constants } = await import('node:zlib');
  const bomb = deflateRawSync(new Uint8Array(10_000_000), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(
    0,
    -4,
  );
  const head = Buffer.alloc(8);
  head[0] = 0xc2;
  head[1] = 0xfe;
  head.writeUInt16BE(bomb.length, 2);
  client.write(head, bomb);
  assert.equal((await client.heard(1))[0]?.slice(0, 2), ['close', 1009]);
  await end();
});

for (const [what, bytes, code] of [
  ['data that is no DEFLATE', masked(0xc1, [7, 255, 255, 255]), 1007],
  ['text that is not UTF-8 when decompressed', masked(0xc1, [0, 1, 0, 254, 255, 255, 0]), 1007],
  ['RSV1 on a control frame', masked(0xc9, []), 1002],
  ['RSV1 on a continuation', Uint8Array.of(...masked(0x01, [97]), ...masked(0xc0, [97])), 1002],
  ['RSV2', masked(0xa1, [97]), 1002],
] as const) {
  test(`${what} is answered with ${code}`, async () => {
    const { client, end } = await raw({ deflate: true });
    client.write(bytes);
    assert.equal((await client.heard(1))[0]?.slice(0, 2), ['close', code]);
    await end();
  });
}

test('a compressed message in fragments, with a Ping between', async () => {
  const { client, end } = await raw({ deflate: true });
  client.write(
    Uint8Array.of(
      ...masked(0x41, [0xf2, 0x48]),
      ...masked(0x89, [1]),
      ...masked(0x80, [0xcd, 0xc9, 0xc9, 0x07, 0x00]),
    ),
  );
  assert.equal(await client.heard(2), [
    ['pong', [1]],
    ['message', 'Hello'],
  ]);
  await end();
});

test.run();
