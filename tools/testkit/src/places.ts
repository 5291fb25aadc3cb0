/**
 * Places for test processes: as many as the machine has cores, shared by all runners of one `npm test`.
 *
 * A runner asks for a place by connecting to the socket that `npm test` listens on (`OXBOW_PLACES`), and has it once a byte
 * comes back. It gives the place back by closing the connection, which its death does too. Started alone, it has places of
 * its own.
 */
import { connect } from 'node:net';

/** What is asked for: all unit tests of a workspace run before any integration test, and those before endurance tests. */
export type PlaceKind = 'unit' | 'integration' | 'endurance';

/** Gives a place back. */
export type GiveBack = () => void;

/**
 * Waits for a place of the workspace.
 *
 * @param socketPath the path that is listened on; undefined gives a place at once
 * @throws Error when nobody listens any more
 */
export function takePlace(kind: PlaceKind, socketPath: string | undefined): Promise<GiveBack> {
  if (socketPath === undefined) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const closed = (cause?: unknown) =>
      reject(new Error(`${socketPath} closed before it gave a place`, { cause }));
    socket.once('error', closed);
    socket.once('close', closed);
    socket.once('data', () => {
      socket.off('close', closed);
      // From here on a lost connection only means that the run is being ended.
      socket.on('error', () => {});
      resolve(() => socket.destroy());
    });
    socket.write(`${kind}\n`);
  });
}
