/**
 * Topics for the processes of one machine: they live in the primary process of `node:cluster` and every worker uses them
 * over its own channel. A worker that is killed leaves with its subscriptions and members; the topics and their history stay.
 */
import cluster, { type Worker } from 'node:cluster';
import { WebSocketError } from '../errors.ts';
import { type MemoryBrokerOptions, memoryBroker } from '../topic/memory-broker.ts';
import type { TopicBroker } from '../topic/topic-broker.ts';
import { hostBroker } from './broker-host.ts';
import type { BrokerPort } from './broker-wire.ts';
import { remoteBroker } from './remote-broker.ts';

/**
 * The broker of this process in a cluster. Call it in the primary, before or after workers are forked, and in every worker;
 * the options count in the primary, where the topics are kept.
 *
 * @throws WebSocketError `ERR_OXBOW_WS_NO_CLUSTER` in a worker whose channel is closed; SocketInputError for a value out of range
 */
export function clusterBroker(options: MemoryBrokerOptions = {}): TopicBroker {
  return cluster.isPrimary ? primaryBroker(options) : remoteBroker(processPort());
}

function primaryBroker(options: MemoryBrokerOptions): TopicBroker {
  const broker = memoryBroker(options);
  const stops = new Map<Worker, () => void>();
  const attach = (worker: Worker): void => {
    if (!stops.has(worker)) stops.set(worker, hostBroker(broker, workerPort(worker)));
  };
  const detach = (worker: Worker): void => {
    stops.get(worker)?.();
    stops.delete(worker);
  };
  for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) attach(worker);
  cluster.on('fork', attach);
  cluster.on('exit', detach);
  const close = broker.close.bind(broker);
  broker.close = async () => {
    cluster.off('fork', attach);
    cluster.off('exit', detach);
    for (const worker of [...stops.keys()]) detach(worker);
    await close();
  };
  return broker;
}

function workerPort(worker: Worker): BrokerPort {
  return {
    send: (message, sent) => {
      if (worker.isConnected()) worker.send(message, () => sent?.());
    },
    listen: ({ message, closed }) => {
      worker.on('message', message);
      worker.once('disconnect', closed);
      return () => {
        worker.off('message', message);
        worker.off('disconnect', closed);
      };
    },
  };
}

function processPort(): BrokerPort {
  if (process.send === undefined || !process.connected) {
    throw new WebSocketError(
      'ERR_OXBOW_WS_NO_CLUSTER',
      'clusterBroker() in a worker needs its channel to the primary process.',
    );
  }
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    listen: ({ message, closed }) => {
      process.on('message', message);
      process.once('disconnect', closed);
      return () => {
        process.off('message', message);
        process.off('disconnect', closed);
      };
    },
  };
}
