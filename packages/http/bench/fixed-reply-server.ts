// Answers every request on every connection with the same bytes, as cheaply as Node can. Tells its parent the port.
import { type AddressInfo, createServer } from 'node:net';

const bodyBytes = Number(process.argv[2] ?? 1024);
const reply = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${bodyBytes}\r\nETag: "fixed"\r\n\r\n${'x'.repeat(bodyBytes)}`,
);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    for (let at = data.indexOf('\r\n\r\n'); at !== -1; at = data.indexOf('\r\n\r\n', at + 4))
      socket.write(reply);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
