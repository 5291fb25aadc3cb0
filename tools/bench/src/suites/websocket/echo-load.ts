/**
 * Load for an echo server: keeps so many messages on their way over so many connections, as frames that were masked
 * beforehand, and counts what comes back by bytes. Arguments: port, connections, messages in flight, bytes a message.
 */
import { connect } from 'node:net';

const [port = 0, connections = 0, inFlight = 0, payloadBytes = 0] = process.argv.slice(2).map(Number);
const UPGRADE =
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n';

/** A binary frame; what its payload is once unmasked is nobody’s business here. */
function frame(): Buffer {
  const isShort = payloadBytes < 126;
  const head = Buffer.alloc(isShort ? 6 : 8);
  head[0] = 0x82;
  head[1] = 0x80 | (isShort ? payloadBytes : 126);
  if (!isShort) head.writeUInt16BE(payloadBytes, 2);
  head.set([0x37, 0xfa, 0x21, 0x3d], head.length - 4);
  return Buffer.concat([head, Buffer.alloc(payloadBytes, 'm')]);
}

const volley = Buffer.concat(Array.from({ length: inFlight }, frame));
const replyBytes = inFlight * ((payloadBytes < 126 ? 2 : 4) + payloadBytes);

for (let i = 0; i < connections; i++) {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  let isOpen = false;
  let received = 0;
  socket.on('error', () => {});
  socket.write(UPGRADE);
  socket.on('data', (chunk) => {
    if (!isOpen) {
      isOpen = true;
      socket.write(volley);
      return;
    }
    received += chunk.length;
    for (; received >= replyBytes; received -= replyBytes) socket.write(volley);
  });
}
process.on('disconnect', () => process.exit());
