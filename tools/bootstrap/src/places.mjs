/**
 * Places for the test processes of one run: every package has a runner of its own, and together they start no more
 * processes than the machine has cores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In the order in which they are served. */
const KINDS = ['unit', 'integration', 'endurance'];

/**
 * Listens for runners. One that connects says what it wants a place for, `unit\n`, gets a byte when it has one, and gives
 * it back by closing the connection.
 *
 * @param {number} count how many places there are
 * @returns {Promise<{ path: string, close: () => void }>} path: for the runners' environment, as OXBOW_PLACES
 */
export async function openPlaces(count) {
  /** @type {{ socket: import('node:net').Socket, kind: number }[]} */
  const waiting = [];
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let free = count;

  const serve = () => {
    while (free > 0 && waiting.length > 0) {
      const first = Math.min(...waiting.map(({ kind }) => kind));
      const [next] = waiting.splice(
        waiting.findIndex(({ kind }) => kind === first),
        1,
      );
      free -= 1;
      next?.socket.once('close', () => {
        free += 1;
        serve();
      });
      next?.socket.write('.');
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      const at = waiting.findIndex((one) => one.socket === socket);
      if (at !== -1) waiting.splice(at, 1);
    });
    socket.on('error', () => {});
    socket.once('data', (chunk) => {
      waiting.push({ socket, kind: Math.max(0, KINDS.indexOf(chunk.toString().trim())) });
      serve();
    });
  });

  const folder = process.platform === 'win32' ? undefined : mkdtempSync(join(tmpdir(), 'oxbow-places-'));
  const path = folder === undefined ? `\\\\.\\pipe\\oxbow-places-${process.pid}` : join(folder, 'socket');
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(undefined));
  });
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { path, close };
}
