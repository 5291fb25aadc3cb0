/** npm start: serves rooms on PORT (8080) until Ctrl-C or SIGTERM, and then lets connections finish. */
import { run } from '@oxbow/loop';
import { openRooms } from './rooms.ts';

const port = Number(process.env.PORT ?? 8080);

await run(async () => {
  const rooms = await openRooms(port);
  console.log(`rooms are at ws://localhost:${rooms.port}/rooms?name=lobby (Ctrl-C ends)`);
  try {
    await rooms.sockets.closed;
  } finally {
    await rooms.close(5_000);
  }
});
