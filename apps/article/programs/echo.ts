// A WebSocket server that says back what it is told. A browser and any client talk to it; Ctrl-C ends it.
import { sleep } from '@oxbow/loop';
import { serve } from '@oxbow/websocket';

export async function main(): Promise<void> {
  const server = await serve(
    async (socket) => {
      for await (const message of socket) {
        console.log(`received: ${message}`);
        await socket.send(message);
      }
    },
    { host: '127.0.0.1', port: 0 },
  );
  console.log(`echoing at ${server.url}`);
  try {
    await sleep(Number.POSITIVE_INFINITY);
  } finally {
    await server.close();
    console.log('closed');
  }
}
