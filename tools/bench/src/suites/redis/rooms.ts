/** The ways to publish to other processes: topics of ours, and Socket.IO's servers joined by its adapter for Redis streams. */
import { createServer } from 'node:http';
import { redisBroker } from '@oxbow/redis/topics';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

/** One process of several that share a room. */
export interface Room {
  publish(text: string): Promise<unknown>;
  listen(onText: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** How to join a room on the server at a URL. */
export const ROOMS: Readonly<Record<string, (url: string) => Promise<Room>>> = {
  ours: async (url) => {
    const broker = redisBroker(url, { historyMessages: 10_000, historyBytes: 64 * 2 ** 20 });
    await broker.ready();
    return {
      publish: (text) => broker.publish('room', text),
      listen: async (onText) => {
        await broker.subscribe('room', { onMessage: ({ data }) => onText(String(data)), onGap: () => {} });
      },
      close: () => broker.close(),
    };
  },
  'socket.io': async (url) => {
    const client = new Redis(url);
    const http = createServer();
    const io = new Server(http, { adapter: createAdapter(client, { maxLen: 10_000 }) });
    // A server without sockets: what is measured is the way between the servers.
    io.of('/');
    return {
      publish: async (text) => io.serverSideEmit('text', text),
      listen: async (onText) => {
        io.on('text', onText);
      },
      close: async () => {
        await io.close();
        client.disconnect();
      },
    };
  },
};
