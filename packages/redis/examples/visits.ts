/** Counts visits in a server by a script. Start one first: `redis-server`, or name yours in REDIS_URL. */
import { connectRedis, RedisConnectionError, RedisScript } from '@oxbow/redis';

const url = process.env.REDIS_URL ?? 'redis://localhost:6379';
const visit = new RedisScript("#!lua\nreturn redis.call('INCR', KEYS[1])");

try {
  const connection = await connectRedis(url);
  console.log(`visit ${await visit.run(connection, ['oxbow:visits'], [])}`);
  await connection.close();
} catch (error) {
  if (!(error instanceof RedisConnectionError)) throw error;
  console.log(error.message);
}
