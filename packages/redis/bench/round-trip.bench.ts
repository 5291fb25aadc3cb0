// Commands to a server of one's own (REDIS_URL, default redis://localhost:6379): one after the other, and 200 at a time, by each client.
import { type ClientLibrary, connectRedis, RedisConnectionError } from '@oxbow/redis';

const COMMANDS = 20_000;
const AT_A_TIME = 200;

async function measure(client: ClientLibrary): Promise<void> {
  const connection = await connectRedis(process.env.REDIS_URL ?? 'redis://localhost:6379', { client });
  for (const width of [1, AT_A_TIME]) {
    const start = performance.now();
    const before = process.cpuUsage();
    for (let sent = 0; sent < COMMANDS; sent += width)
      await Promise.all(Array.from({ length: width }, () => connection.send(['PING'])));
    const { user, system } = process.cpuUsage(before);
    const perSecond = COMMANDS / ((performance.now() - start) / 1000);
    const cpuUs = (user + system) / COMMANDS;
    console.log(
      `${client}, ${width} at a time: ${Math.round(perSecond)} commands/s, ${cpuUs.toFixed(1)} µs CPU each`,
    );
  }
  await connection.close();
}

try {
  for (const client of ['ioredis', '@redis/client'] as const) await measure(client);
} catch (error) {
  if (!(error instanceof RedisConnectionError)) throw error;
  console.log(error.message);
}
