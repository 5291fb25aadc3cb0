/** One topic in two brokers, as two server processes have it. Start a server first: `redis-server`, or name yours in REDIS_URL. */
import { RedisConnectionError } from '@oxbow/redis';
import { redisBroker } from '@oxbow/redis/topics';

const url = process.env.REDIS_URL ?? 'redis://localhost:6379';
const [here, there] = [redisBroker(url), redisBroker(url)];

try {
  await here.ready();
  await there.presence.enter('lobby', { id: 'ann', info: { mood: 'fine' } });
  const heard = new Promise<string>((resolve) => {
    const listener = { onMessage: ({ data }: { data: unknown }) => resolve(String(data)), onGap: () => {} };
    void there.subscribe('lobby', listener).then(() => here.publish('lobby', 'hello'));
  });
  console.log(`there: ${await heard}`);
  console.log('members, seen from here:', await here.presence.members('lobby'));
} catch (error) {
  if (!(error instanceof RedisConnectionError)) throw error;
  console.log(error.message);
} finally {
  await Promise.all([here.close(), there.close()]);
}
