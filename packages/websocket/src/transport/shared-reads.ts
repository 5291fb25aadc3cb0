/**
 * Reads of all TCP connections of a process into one buffer. Node gives every read fresh memory, 64 KiB at first, and
 * leads it through a Readable; a small message costs less than that. With `onread`, the system reads into a buffer of
 * ours and calls us, and nothing is allocated.
 *
 * One buffer serves all connections, because libuv reads on epoll and kqueue right before it tells, and the next read
 * comes after the callback has returned. It holds one peer's bytes at a time; whoever is told must have copied what lasts.
 * On Windows a read is posted long before it completes, and over TLS bytes come from another layer: neither is shared.
 *
 * `onread` is an option of sockets that connect; a server's have no such door. So the socket that the upgrade left behind is
 * reopened over its handle, which takes one undocumented field and one undocumented option. Where either is not as
 * expected, nothing is touched and the socket is read through its Readable.
 */
import { type SocketConstructorOpts, Socket as TcpSocket } from 'node:net';

/** What libuv suggests for a read: many small messages, or a few large ones, in one system call. */
const READ_BYTES = 65_536;

/** The kinds of a socket's inside that we know. */
const HANDLES: ReadonlySet<unknown> = new Set(['TCP', 'Pipe']);

let shared: Uint8Array | undefined;

type Handled = { _handle?: object | null };

/**
 * Opens a second socket over an idle socket's connection; the first is left without one, and each ends with the other.
 *
 * @param onBytes told of each read; the memory is lent until it returns
 * @returns undefined when this socket cannot be reopened; it is as it was then
 */
export function reopenWithSharedReads(
  first: TcpSocket,
  onBytes: (bytes: Uint8Array) => void,
): TcpSocket | undefined {
  const handle = (first as unknown as Handled)._handle;
  if (process.platform === 'win32' || first.constructor !== TcpSocket || !isKnown(handle)) return undefined;
  // What it still has to write or to tell is its own.
  if (first.destroyed || first.writableLength > 0 || first.readableLength > 0) return undefined;
  if (!first.readable || !first.writable) return undefined;
  shared ??= new Uint8Array(READ_BYTES);
  const buffer = shared;
  const onread = {
    buffer,
    callback: (count: number): boolean => {
      onBytes(buffer.subarray(0, count));
      return true;
    },
  };
  (first as unknown as Handled)._handle = null;
  const second = new TcpSocket({ handle, allowHalfOpen: true, onread } as SocketConstructorOpts);
  // A Node that does not take a handle this way any more would leave the connection without a socket.
  if ((second as unknown as Handled)._handle !== handle) {
    (first as unknown as Handled)._handle = handle;
    second.destroy();
    return undefined;
  }
  // The server counts the first as its connection until it is closed; who keeps it may end the connection by it.
  second.once('close', () => first.destroy());
  first.once('close', () => second.destroy());
  return second;
}

function isKnown(handle: object | null | undefined): handle is object {
  return typeof handle === 'object' && handle !== null && HANDLES.has(handle.constructor?.name);
}
