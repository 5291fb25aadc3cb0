/**
 * A chat with rooms: each room is a topic, and who comes back is sent what was missed.
 * Run: node examples/chat.ts
 */
import { run } from '@oxbow/loop';
import { connect, type Socket, serve } from '@oxbow/websocket';

await run(async () => {
  const server = await serve(async (socket) => {
    const { searchParams } = new URL(socket.handshake.url, 'ws://localhost');
    const room = searchParams.get('room') ?? 'lobby';
    const [epoch, offset] = (searchParams.get('since') ?? '').split('@');
    const since = offset === undefined ? undefined : { epoch: epoch ?? '', offset: Number(offset) };
    const { isComplete } = await socket.join(room, { since });
    if (!isComplete) await socket.send('(some messages are gone)');
    for await (const message of socket) await server.topic(room).publish(message);
  });

  const ann = await connect(`${server.url}?room=garden`);
  const bob = await connect(`${server.url}?room=garden`);
  await bob.ping();
  await ann.send('Ann: hello');
  console.log(await next(bob));
  const { position } = await server.topic('garden').history();

  await bob.close();
  await ann.send('Ann: are you gone?');
  await next(ann, 2);
  const back = await connect(`${server.url}?room=garden&since=${position.epoch}@${position.offset}`);
  console.log('Bob is back and gets', await next(back));

  await server.close();
});

async function next(socket: Socket, count = 1): Promise<unknown> {
  let left = count;
  for await (const message of socket) {
    left -= 1;
    if (left === 0) return message;
  }
  return undefined;
}
