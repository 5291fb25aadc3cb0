/**
 * A server that sends everything back, and a client that asks it three times.
 * Run: node examples/echo.ts
 */
import { run } from '@oxbow/loop';
import { connect, serve } from '@oxbow/websocket';

await run(async () => {
  const server = await serve(
    async (socket) => {
      for await (const message of socket) await socket.send(message);
    },
    { port: 0 },
  );
  const socket = await connect(server.url);
  for (const text of ['one', 'two', 'three']) await socket.send(text);

  let answers = 0;
  for await (const message of socket) {
    console.log('echo:', message);
    answers += 1;
    if (answers === 3) break;
  }
  const { code, wasClean } = await socket.close();
  console.log(`closed with ${code}, ${wasClean ? 'cleanly' : 'not cleanly'}`);
  await server.close();
});
