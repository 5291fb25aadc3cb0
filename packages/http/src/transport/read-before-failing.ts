/**
 * Lets a socket be read to its end after a write to it has failed. A server that refuses an upload answers (413, 401, …), closes, and
 * resets what still comes. The reset meets the next write, and Node gives the socket up with the answer unread in it. Here the failure
 * of the write is told only when there is nothing more to read. How long that may take is up to the timeouts of the request.
 */
import type { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/** What the peer's closing makes of a write: nothing can be sent any more, what it sent before is still there. */
const CLOSED_BY_PEER: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);

/** Changes how this socket takes the failure of a write. */
export function readBeforeFailing(socket: Socket): void {
  const told = (written: Written): Written => {
    return (error) => {
      const { code } = (error ?? {}) as { code?: unknown };
      const mayHaveAnswer = CLOSED_BY_PEER.has(code) && !socket.readableEnded && !socket.destroyed;
      if (mayHaveAnswer) socket.once('end', () => written(error));
      else written(error);
    };
  };
  const { _write: write, _writev: writev } = socket;
  socket._write = (chunk, encoding, written) => write.call(socket, chunk, encoding, told(written));
  if (writev !== undefined) {
    socket._writev = (chunks, written) => writev.call(socket, chunks, told(written));
  }
}
