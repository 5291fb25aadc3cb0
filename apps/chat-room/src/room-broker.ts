/** Where the rooms live: in this process, or in the first of several. */
import cluster from 'node:cluster';
import { clusterBroker, memoryBroker, type TopicBroker } from '@oxbow/websocket';

/** Texts remembered of each room: what somebody may miss and still be sent. */
export const HISTORY_MESSAGES = 500;

/** Opens the broker of this process. */
export function openRoomBroker(): TopicBroker {
  return cluster.isWorker ? clusterBroker() : memoryBroker({ historyMessages: HISTORY_MESSAGES });
}
