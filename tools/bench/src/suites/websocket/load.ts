/**
 * Load for a WebSocket server: keeps so many messages on their way over so many connections, as frames that were masked
 * beforehand, and counts the frames that come back. One argument, a `Load` as JSON, and the port behind it.
 */
import { connect, type Socket } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';

/** What is sent, and what comes back for it. */
export interface Load {
  readonly connections: number;
  /** Messages on their way: on each connection, or in a broadcast on the one that publishes. */
  readonly inFlight: number;
  readonly payloadBytes: number;
  /** `broadcast`: the first connection sends, and all get it. `socket.io`: echoes of one event. Default: an echo. */
  readonly kind?: 'echo' | 'broadcast' | 'socket.io';
  /** Messages are text that compresses well, and are sent compressed. */
  readonly deflate?: boolean;
  /** Frames that a message is cut into. Default 1. */
  readonly fragments?: number;
}

const KEY = 'AAECAwQFBgcICQoLDA0ODw==';
const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** A masked frame of a client. */
function frame(first: number, payload: Uint8Array): Buffer {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 6 : size < 65_536 ? 8 : 14);
  head[0] = first;
  if (size < 126) head[1] = 0x80 | size;
  else if (size < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeUInt32BE(size, 6);
  }
  head.set(MASK, head.length - 4);
  return Buffer.concat([head, payload.map((byte, i) => byte ^ MASK[i & 3]!)]);
}

/** Text such as applications send: names that repeat, numbers that do not. */
function record(bytes: number): Buffer {
  let text = '';
  for (let id = 1; text.length < bytes; id++) {
    text += `{"id":${id},"name":"user-${(id * 7919) % 1000}","online":${id % 3 === 0},"score":${(id * 104_729) % 100_000}},`;
  }
  return Buffer.from(text.slice(0, bytes));
}

function compressed(payload: Buffer): Buffer {
  // RFC 7692 §7.2.1: an empty block ends a message, and its last four bytes are left out.
  return deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

function message({ payloadBytes, deflate = false, fragments = 1, kind }: Load): Buffer {
  if (kind === 'socket.io') return frame(0x81, Buffer.from(`42["m","${'m'.repeat(payloadBytes)}"]`));
  if (deflate) return frame(0xc1, compressed(record(payloadBytes)));
  const payload = Buffer.alloc(payloadBytes, 'm');
  const size = payloadBytes / fragments;
  return Buffer.concat(
    Array.from({ length: fragments }, (_, i) =>
      frame((i === 0 ? 2 : 0) | (i === fragments - 1 ? 0x80 : 0), payload.subarray(i * size, (i + 1) * size)),
    ),
  );
}

/** Counts frames in a byte stream; a header is never cut by more than it is waited for. */
function frameCounter(onFrames: (count: number) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = Math.min(skip, bytes.length);
    skip -= at;
    let frames = skip === 0 && at > 0 ? 1 : 0;
    while (skip === 0 && at + 1 < bytes.length) {
      const short = bytes[at + 1]! & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > bytes.length) break;
      const size =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
      const end = at + head + size;
      if (end <= bytes.length) frames += 1;
      else skip = end - bytes.length;
      at = Math.min(end, bytes.length);
    }
    rest = skip === 0 ? bytes.subarray(at) : Buffer.alloc(0);
    if (frames > 0) onFrames(frames);
  };
}

/** Opens a connection. @returns it once the server has agreed, with what decodes what comes then */
function open(port: number, load: Load, onFrames: (count: number) => void): Promise<Socket> {
  const isSocketIo = load.kind === 'socket.io';
  const path = isSocketIo ? '/socket.io/?EIO=4&transport=websocket' : '/';
  const extension = load.deflate
    ? 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n'
    : '';
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    // Socket.IO says hello, is asked for its namespace and agrees: three frames before the first message.
    let hello = isSocketIo ? 2 : 0;
    const take = frameCounter((count) => {
      for (let i = 0; i < count; i += 1) {
        if (hello === 0) continue;
        hello -= 1;
        if (hello === 1) socket.write(frame(0x81, Buffer.from('40')));
        else resolve(socket);
        count -= 1;
      }
      if (count > 0) onFrames(count);
    });
    let head = Buffer.alloc(0);
    let isOpen = false;
    socket.on('error', () => {});
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n${extension}\r\n`,
    );
    socket.on('data', (chunk) => {
      if (isOpen) {
        take(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      isOpen = true;
      if (!isSocketIo) resolve(socket);
      if (head.length > end + 4) take(head.subarray(end + 4));
    });
  });
}

async function echo(port: number, load: Load): Promise<void> {
  const volley = Buffer.concat(Array.from({ length: load.inFlight }, () => message(load)));
  for (let i = 0; i < load.connections; i += 1) {
    let missing = load.inFlight;
    const socket: Socket = await open(port, load, (count) => {
      missing -= count;
      if (missing > 0) return;
      missing += load.inFlight;
      socket.write(volley);
    });
    socket.write(volley);
  }
}

async function broadcast(port: number, load: Load): Promise<void> {
  const volley = Buffer.concat(Array.from({ length: load.inFlight }, () => message(load)));
  let missing = load.inFlight * load.connections;
  const got = (count: number): void => {
    missing -= count;
    if (missing > 0) return;
    missing += load.inFlight * load.connections;
    first!.write(volley);
  };
  let first: Socket | undefined;
  for (let i = 0; i < load.connections; i += 1) {
    const socket = await open(port, load, got);
    first ??= socket;
  }
  first!.write(volley);
}

/** Opens connections, sends one message on each, and says when all have been answered. */
async function idle(port: number, load: Load): Promise<void> {
  const bytes = message(load);
  for (let i = 0; i < load.connections; i += 1) {
    let answered: () => void = () => {};
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const socket = await open(port, load, () => answered());
    socket.write(bytes);
    await answer;
  }
  process.send?.('idle');
}

if (process.argv[2] !== undefined) {
  const [what = '', port = '0', load = '{}'] = process.argv.slice(2);
  const run = { echo, broadcast, idle }[what] ?? echo;
  process.on('disconnect', () => process.exit());
  await run(Number(port), JSON.parse(load) as Load);
}
