/** Sends so many bytes, as fast as they are taken, to each client that connects. Tells its parent the port. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

const chunk = Buffer.alloc(64 * 1024, 'x');
const bytes = Number(process.argv[2]);

function send(socket: Socket): void {
  let left = bytes;
  const go = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!socket.write(chunk)) return void socket.once('drain', go);
    }
    socket.end();
  };
  socket.on('error', () => {});
  go();
}

const server = createServer(send);
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
