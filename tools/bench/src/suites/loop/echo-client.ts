/** When told to begin, sends a byte, waits for it to come back, sends the next; then tells its parent the 99th percentile of the waits in ms. */
import { connect } from 'node:net';

const [port = 0, forMs = 0] = process.argv.slice(2).map(Number);
const takenMs: number[] = [];
const socket = connect(port, '127.0.0.1').setNoDelay(true);
let endMs = 0;
let sentMs = 0;

function send(): void {
  sentMs = performance.now();
  socket.write('x');
}

process.once('message', () => {
  endMs = performance.now() + forMs;
  send();
});
socket.on('data', () => {
  takenMs.push(performance.now() - sentMs);
  if (performance.now() < endMs) return send();
  takenMs.sort((a, b) => a - b);
  process.send?.(takenMs[Math.floor(0.99 * (takenMs.length - 1))] ?? 0);
  socket.destroy();
});
process.on('disconnect', () => process.exit());
