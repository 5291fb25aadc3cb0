/**
 * Reads of all TCP connections of a process into one buffer. Node gives every read fresh memory, 64 KiB at first, and
 * leads it through a Readable; a small message costs less than that. With `onread`, the system reads into a buffer of
 * ours and calls us, and nothing is allocated.
 *
 * One buffer serves all connections, because libuv reads on epoll and kqueue right before it tells, and the next read
 * comes after the callback has returned. It holds one peer's bytes at a time; who is told must have copied what lasts.
 * On Windows a read is posted long before it completes, and over TLS bytes come from another layer: neither is shared.
 *
 * `onread` is an option of sockets that connect; a server's have no such door. So the socket that the upgrade left behind
 * is given what the option sets: three undocumented fields and one undocumented method of its handle. All of it is tried
 * once in a process, over a connection to ourselves. Before that, and where anything is not as expected, nothing is
 * touched and sockets are read through their Readable.
 */
import { createServer, Socket as TcpSocket } from 'node:net';

/** What libuv suggests for a read: many small messages, or a few large ones, in one system call. */
const READ_BYTES = 65_536;

/** The kinds of a socket's inside that we know. */
const HANDLES: ReadonlySet<unknown> = new Set(['TCP', 'Pipe']);

/** How long the trial may take, in ms; sockets are read through their Readable if it takes longer. */
export const TRIAL_TIMEOUT_MS = 2_000;

/** Told of each read, as a method of its socket; the memory is lent until it returns. */
export type OnLentBytes<S extends TcpSocket = TcpSocket> = (this: S, bytes: Uint8Array) => void;

/** The fields of a socket that `onread` sets. */
interface ReadFields {
  readonly buffer: symbol;
  readonly callback: symbol;
  readonly generator: symbol;
}

interface Handle {
  useUserBuffer(buffer: Uint8Array): void;
}

let shared: Uint8Array | undefined;
let fields: ReadFields | undefined;
let trial: Promise<boolean> | undefined;
let hasPassed = false;

/** The buffer that reads share, once there is one; for tests, which overwrite it. */
export function sharedBuffer(): Uint8Array | undefined {
  return shared;
}

/** Tries, once in a process, whether reads can be shared here. @returns the same promise every time; it never rejects */
export function trySharedReads(): Promise<boolean> {
  trial ??= runTrial().then(
    (passed) => {
      hasPassed = passed;
      return passed;
    },
    () => false,
  );
  return trial;
}

/**
 * Has a socket read into the shared buffer from now on. What it holds already still comes by its stream, first.
 *
 * @param onBytes one function for all sockets of its kind costs them nothing
 * @returns false when the trial has not been passed, or this socket is of another kind: it is as it was then
 */
export function shareReads<S extends TcpSocket>(socket: S, onBytes: OnLentBytes<S>): boolean {
  return hasPassed && shareReadsOf(socket, onBytes);
}

function shareReadsOf<S extends TcpSocket>(socket: S, onBytes: OnLentBytes<S>): boolean {
  const handle = handleOf(socket);
  fields ??= readFields();
  if (handle === undefined || fields === undefined || socket.constructor !== TcpSocket) return false;
  const inside = socket as unknown as Record<symbol, unknown>;
  if (inside[fields.buffer] !== null || inside[fields.generator] !== null) return false;
  shared ??= new Uint8Array(READ_BYTES);
  inside[fields.buffer] = shared;
  inside[fields.callback] = callbackOf(onBytes as OnLentBytes);
  handle.useUserBuffer(shared);
  return true;
}

/** A socket's callback for each function that is told. */
const callbacks = new WeakMap<OnLentBytes, (this: TcpSocket, count: number, buffer: Uint8Array) => boolean>();

function callbackOf(onBytes: OnLentBytes): (this: TcpSocket, count: number, buffer: Uint8Array) => boolean {
  let callback = callbacks.get(onBytes);
  if (callback === undefined) {
    callback = function (this: TcpSocket, count, buffer) {
      onBytes.call(this, buffer.subarray(0, count));
      return true;
    };
    callbacks.set(onBytes, callback);
  }
  return callback;
}

function handleOf(socket: TcpSocket): Handle | undefined {
  const { _handle: handle } = socket as unknown as { readonly _handle?: Partial<Handle> | null };
  if (handle === null || handle === undefined || !HANDLES.has(handle.constructor?.name)) return undefined;
  return typeof handle.useUserBuffer === 'function' ? (handle as Handle) : undefined;
}

/** Every socket has them, and null in them unless it was made with `onread`. */
function readFields(): ReadFields | undefined {
  const probe = new TcpSocket();
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(probe).find(({ description }) => description === name);
  const [buffer, callback, generator] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  if (buffer === undefined || callback === undefined || generator === undefined) return undefined;
  return { buffer, callback, generator };
}

/** What the trial sends: more than one read, unlike at every place. */
const TRIAL_CHUNKS: readonly string[] = ['first', 'the second, which is longer', '3'];

/** A connection to ourselves: what is written at one end must come to the callback at the other, in order, held by pause(). */
function runTrial(): Promise<boolean> {
  if (process.platform === 'win32') return Promise.resolve(false);
  return new Promise((resolve) => {
    const near = new TcpSocket();
    let far: TcpSocket | undefined;
    const server = createServer({ allowHalfOpen: true });
    const timer = setTimeout(() => finish(false), TRIAL_TIMEOUT_MS);
    const finish = (passed: boolean): void => {
      clearTimeout(timer);
      near.destroy();
      far?.destroy();
      server.close();
      resolve(passed);
    };
    server.on('error', () => finish(false));
    near.on('error', () => finish(false));
    server.on('connection', (socket) => {
      far = socket;
      socket.on('error', () => finish(false));
      receiveTrial(socket, near, finish);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) near.connect(address.port, '127.0.0.1');
      else finish(false);
    });
  });
}

function receiveTrial(socket: TcpSocket, peer: TcpSocket, finish: (passed: boolean) => void): void {
  let chunks = 0;
  let received = '';
  const sendNext = (): void => {
    const chunk = TRIAL_CHUNKS[chunks];
    if (chunk !== undefined) peer.write(chunk);
    else peer.end();
  };
  // Flowing by then, as a server's socket is.
  socket.on('data', () => finish(false));
  const isShared = shareReadsOf(socket, (bytes) => {
    received += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    if (received !== TRIAL_CHUNKS.slice(0, chunks + 1).join('')) return;
    chunks += 1;
    socket.pause();
    sendNext();
    setImmediate(() => socket.resume());
  });
  if (!isShared) {
    finish(false);
    return;
  }
  socket.on('end', () => finish(received === TRIAL_CHUNKS.join('')));
  sendNext();
}
