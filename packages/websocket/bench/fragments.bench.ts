/**
 * One message in ever more fragments: what it costs to put it together, in processor time for each byte and each fragment.
 * It must grow with the bytes and the fragments, never with their product. No network: the receiver alone.
 * Run: node bench/fragments.bench.ts [rounds]
 */
import { messageLimits } from '../src/protocol/limits.ts';
import { Receiver } from '../src/protocol/receiver.ts';
import { bufferText } from '../src/transport/buffer-text.ts';

const MESSAGE_BYTES = 1_000_000;
const FRAGMENTS = [1, 100, 10_000, 100_000] as const;
const CHUNK_BYTES = 65_536;

const rounds = Number(process.argv[2] ?? 5);

for (const fragments of FRAGMENTS) {
  const wire = framesOf(fragments);
  receive(wire);
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    receive(wire);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  }).sort((a, b) => a - b);
  const median = times[Math.floor(rounds / 2)] ?? 0;
  const spread = `${times[0]?.toFixed(1)}–${times.at(-1)?.toFixed(1)}`;
  console.log(
    `${String(fragments).padStart(7)} fragments of ${MESSAGE_BYTES} bytes: ${median.toFixed(1)} ms CPU (${spread}), ` +
      `${((median * 1e6) / fragments).toFixed(0)} ns a fragment`,
  );
}

function receive(wire: Uint8Array): void {
  let received = 0;
  const receiver = new Receiver('client', messageLimits({ maxMessageBytes: MESSAGE_BYTES }), bufferText, {
    message: (data) => {
      received += data.length;
    },
    ping: () => {},
    pong: () => {},
    close: () => {},
    violation: (error) => {
      throw error;
    },
  });
  for (let at = 0; at < wire.length; at += CHUNK_BYTES) receiver.receive(wire.slice(at, at + CHUNK_BYTES));
  if (received !== MESSAGE_BYTES) throw new Error(`${received} bytes arrived`);
}

/** A server's binary message in so many frames. */
function framesOf(fragments: number): Uint8Array {
  const size = MESSAGE_BYTES / fragments;
  const frames = Array.from({ length: fragments }, (_, i) => {
    const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
    header[0] = (i === 0 ? 2 : 0) | (i === fragments - 1 ? 0x80 : 0);
    if (size < 126) header[1] = size;
    else if (size < 65_536) {
      header[1] = 126;
      header.writeUInt16BE(size, 2);
    } else {
      header[1] = 127;
      header.writeUInt32BE(size, 6);
    }
    return Buffer.concat([header, Buffer.alloc(size)]);
  });
  return new Uint8Array(Buffer.concat(frames));
}
