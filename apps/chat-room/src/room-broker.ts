/** Where the rooms live: in this process, in the first of several, or in a Redis. */
import cluster from 'node:cluster';
import { Refusal } from '@oxbow/shell';
import { clusterBroker, memoryBroker, type TopicBroker } from '@oxbow/websocket';

/** Texts remembered of each room: what somebody may miss and still be sent. */
export const HISTORY_MESSAGES = 500;

/** Rooms in a Redis keep their texts for so long, in ms: a day. */
const HISTORY_MS = 86_400_000;

/** Opens the broker of this process. Rejects with a refusal where the Redis at `url` cannot be used. */
export async function openRoomBroker(url: string | undefined): Promise<TopicBroker> {
  if (url !== undefined) return openRedis(url);
  return cluster.isWorker ? clusterBroker() : memoryBroker({ historyMessages: HISTORY_MESSAGES });
}

async function openRedis(url: string): Promise<TopicBroker> {
  const { redisBroker } = await import('@oxbow/redis/topics');
  const broker = redisBroker(url, {
    prefix: 'chat',
    historyMessages: HISTORY_MESSAGES,
    historyMs: HISTORY_MS,
  });
  try {
    await broker.ready();
    return broker;
  } catch (error) {
    await broker.close();
    throw new Refusal(`--broker: ${(error as Error).message}`, { cause: error });
  }
}
