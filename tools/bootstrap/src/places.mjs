/**
 * Places for the test processes of one run: every package has a runner of its own, and together they start no more
 * processes than the machine is kept busy by.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In the order in which they are served. */
const KINDS = ['unit', 'integration', 'endurance'];

/**
 * How many places a process of each kind takes, of twice the number of cores. All but unit tests wait half their time: for a
 * program to start, a page to load, a connection to end.
 */
const WEIGHTS = [2, 1, 1];

/**
 * Listens for runners. One that connects says what it wants a place for, `unit\n`, gets a byte when it has one, and gives
 * it back by closing the connection.
 *
 * @param {number} cores how many unit tests run at once; of others it is twice as many
 * @returns {Promise<{ path: string, close: () => void }>} path: for the runners' environment, as OXBOW_PLACES
 */
export async function openPlaces(cores) {
  /** @type {{ socket: import('node:net').Socket, kind: number }[]} */
  const waiting = [];
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let free = 2 * cores;

  const serve = () => {
    while (waiting.length > 0) {
      const first = Math.min(...waiting.map(({ kind }) => kind));
      const weight = WEIGHTS[first] ?? 2;
      if (free < weight) return;
      const [next] = waiting.splice(
        waiting.findIndex(({ kind }) => kind === first),
        1,
      );
      free -= weight;
      next?.socket.once('close', () => {
        free += weight;
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
