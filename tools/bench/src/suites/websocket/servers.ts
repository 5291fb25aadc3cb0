/** The servers that are compared: an echo, a broadcast of what one connection sends to all, each by its own means. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServeOptions, type Socket, serve } from '@oxbow/websocket';
import { Server as SocketIo } from 'socket.io';
import { type PerMessageDeflateOptions, type WebSocket, WebSocketServer } from 'ws';

/** A server under load. */
export interface LoadedServer {
  readonly port: number;
  /** Messages it has taken so far. */
  readonly taken: () => number;
  close(): unknown;
}

/** What a server is asked to do. */
export interface ServerOptions {
  readonly isBroadcast: boolean;
  /** Whether messages are compressed; `takeover` keeps the context of what is sent. */
  readonly deflate: 'none' | 'forgets' | 'takeover';
}

/** Starts one. */
export type StartServer = (options: ServerOptions) => Promise<LoadedServer>;

/** For all of them: every message is compressed, with the parameters that are zlib's defaults. */
const LEVEL = 6;
const MEM_LEVEL = 8;
const MAX_MESSAGE_BYTES = 1_048_576;

function ours(reads: 'subscribe' | 'for await'): StartServer {
  return async ({ isBroadcast, deflate }) => {
    let taken = 0;
    const options: ServeOptions = {
      port: 0,
      host: '127.0.0.1',
      maxConnections: 20_000,
      deflate: deflate !== 'none' && {
        thresholdBytes: 0,
        level: LEVEL,
        memLevel: MEM_LEVEL,
        contextTakeover: deflate === 'takeover',
      },
    };
    const topic = (): ReturnType<typeof server.topic> => server.topic('all');
    const handlers = {
      subscribe: (socket: Socket) => {
        if (isBroadcast) void socket.join('all');
        socket.subscribe((message) => {
          taken += 1;
          if (isBroadcast) void topic().publish(message);
          else socket.trySend(message);
        });
      },
      'for await': async (socket: Socket) => {
        if (isBroadcast) await socket.join('all');
        for await (const message of socket) {
          taken += 1;
          if (isBroadcast) await topic().publish(message);
          else await socket.send(message);
        }
      },
    };
    const server = await serve(handlers[reads], options);
    return { port: server.port, taken: () => taken, close: () => server.drain({ graceMs: 1 }) };
  };
}

async function listen(http: Server): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

const ws: StartServer = async ({ isBroadcast, deflate }) => {
  let taken = 0;
  const http = createServer();
  const perMessageDeflate: PerMessageDeflateOptions | false = deflate !== 'none' && {
    threshold: 0,
    serverNoContextTakeover: deflate === 'forgets',
    clientNoContextTakeover: true,
    zlibDeflateOptions: { level: LEVEL, memLevel: MEM_LEVEL },
  };
  // Its own limit of fragments would end a message that ours takes.
  const limits = { maxPayload: MAX_MESSAGE_BYTES, maxFragments: 0, maxBufferedChunks: 0 };
  const server = new WebSocketServer({ server: http, perMessageDeflate, ...limits });
  const answer = (socket: WebSocket, message: Buffer, binary: boolean): void => {
    if (!isBroadcast) socket.send(message, { binary });
    else for (const client of server.clients) client.send(message, { binary });
  };
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (message, isBinary) => {
      taken += 1;
      answer(socket, message as Buffer, isBinary);
    });
  });
  const close = (): void => {
    for (const socket of server.clients) socket.terminate();
    http.close();
  };
  return { port: await listen(http), taken: () => taken, close };
};

const socketIo: StartServer = async ({ isBroadcast }) => {
  let taken = 0;
  const http = createServer();
  const server = new SocketIo(http, { transports: ['websocket'], maxHttpBufferSize: MAX_MESSAGE_BYTES });
  server.on('connection', (socket) => {
    socket.on('m', (message: string) => {
      taken += 1;
      if (isBroadcast) server.emit('m', message);
      else socket.emit('m', message);
    });
  });
  return { port: await listen(http), taken: () => taken, close: () => server.close() };
};

/** No WebSockets: what a connection costs that `node:http` has handed out, and an answer to each read. */
const bareUpgrade: StartServer = async () => {
  let taken = 0;
  const http = createServer();
  const answer = Buffer.concat([Buffer.from([0x82, 64]), Buffer.alloc(64)]);
  http.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', () => {
      taken += 1;
      socket.write(answer);
    });
  });
  return { port: await listen(http), taken: () => taken, close: () => http.close() };
};

export const servers: Readonly<Record<string, StartServer>> = {
  subscribe: ours('subscribe'),
  'for-await': ours('for await'),
  ws,
  'socket.io': socketIo,
  'bare-upgrade': bareUpgrade,
};
