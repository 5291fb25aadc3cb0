/**
 * A server on 127.0.0.1 that goes wrong on purpose. What it does follows from a seed alone: where in the phase it stops, how it cuts
 * its pieces, how it frames the body. It keeps a trace of that, so that two runs of one seed can be compared.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where the server goes wrong. */
export type FaultPhase =
  | 'nothing sent'
  | 'status line'
  | 'header fields'
  | 'before the body'
  | 'body'
  | 'end of the body';
/** What it does there. */
export type FaultKind = 'stall' | 'reset' | 'half close' | 'close' | 'drip';

/** One way to go wrong. */
export interface Fault {
  readonly phase: FaultPhase;
  readonly kind: FaultKind;
}

/** What the server answers when it does not go wrong. */
export const ANSWER = 'a body that is long enough to be cut in many places';

interface Reply {
  readonly bytes: Buffer;
  /** The phases, as the offsets between which the server stops. */
  readonly phases: Readonly<Record<FaultPhase, readonly [number, number]>>;
}

function replyOf(random: () => number): Reply {
  const isChunked = random() < 0.5;
  const status = 'HTTP/1.1 200 OK\r\n';
  const framing = isChunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${ANSWER.length}\r\n`;
  const head = `${status}Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n${framing}\r\n`;
  const at = 1 + Math.floor(random() * (ANSWER.length - 1));
  const pieces = [ANSWER.slice(0, at), ANSWER.slice(at)];
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
  const body = isChunked ? `${chunks.join('')}0\r\n\r\n` : ANSWER;
  const bodyEnd = head.length + body.length;
  return {
    bytes: Buffer.from(head + body),
    phases: {
      'nothing sent': [0, 0],
      'status line': [1, status.length - 1],
      'header fields': [status.length, head.length - 1],
      'before the body': [head.length, head.length],
      body: [head.length + 1, bodyEnd - 6],
      'end of the body': [bodyEnd - 5, bodyEnd - 1],
    },
  };
}

/** A server that meets each connection's requests with the fault its turn has, or `undefined` for none. */
export interface FaultServer {
  readonly url: string;
  /** What was done, one line for each request. */
  readonly trace: readonly string[];
  close(): Promise<void>;
}

/** Starts a server. The faults are taken in order, one a request; after the last one it answers well. */
export async function faultServer(
  seed: number,
  faults: readonly (Fault | undefined)[],
): Promise<FaultServer> {
  const random = seeded(seed);
  const trace: string[] = [];
  const left = [...faults];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    let head = '';
    socket.on('data', (data) => {
      head += data.toString('latin1');
      for (let end = head.indexOf('\r\n\r\n'); end !== -1; end = head.indexOf('\r\n\r\n')) {
        const line = head.slice(0, head.indexOf('\r\n'));
        head = head.slice(end + 4);
        trace.push(`${line}: ${answer(socket, left.shift(), random)}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trace,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function answer(socket: Socket, fault: Fault | undefined, random: () => number): string {
  const { bytes, phases } = replyOf(random);
  if (fault === undefined) {
    socket.write(bytes);
    return `${bytes.length} bytes`;
  }
  const [from, to] = phases[fault.phase];
  const at = from + Math.floor(random() * (to - from + 1));
  const sent = bytes.subarray(0, at);
  const did = `${fault.kind} after ${at} of ${bytes.length} bytes`;
  switch (fault.kind) {
    case 'drip':
      drip(socket, bytes, at, random);
      break;
    case 'stall':
      socket.write(sent);
      break;
    case 'half close':
      socket.end(sent);
      break;
    case 'close':
      socket.end(sent, () => socket.destroy());
      break;
    case 'reset':
      socket.write(sent, () => socket.resetAndDestroy());
      break;
  }
  return did;
}

/** All of it, in small pieces from there on, each on a turn of its own. */
function drip(socket: Socket, bytes: Buffer, at: number, random: () => number): void {
  socket.write(bytes.subarray(0, at));
  const more = (from: number): void => {
    if (from >= bytes.length || socket.destroyed) return;
    const to = from + 1 + Math.floor(random() * 3);
    socket.write(bytes.subarray(from, to), () => setImmediate(() => more(to)));
  };
  setImmediate(() => more(at));
}
