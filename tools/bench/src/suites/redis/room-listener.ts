/** The other process: joins a room, and says how long each text was on its way. */
import { ROOMS } from './rooms.ts';

const [kind = '', url = ''] = process.argv.slice(2);
const room = await ROOMS[kind]!(url);
let waitsUs: number[] = [];
await room.listen((text) => {
  const sentNs = BigInt(text.slice(0, text.indexOf(' ')));
  waitsUs.push(Number(process.hrtime.bigint() - sentNs) / 1000);
});
process.on('message', () => {
  process.send?.(waitsUs);
  waitsUs = [];
});
process.send?.('ready');
