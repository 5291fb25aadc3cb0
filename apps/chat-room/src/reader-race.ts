/**
 * A fast and a slow reader of one topic, so that one can see what a policy for slow readers does. Both are real connections; only the
 * slow one waits between two messages. What it loses is counted twice: by the server that drops, and by the reader that finds a hole.
 */
import { createTask, sleep, type Task, TaskGroup } from '@oxbow/loop';
import { connect, type Socket, serve, type WebSocketServer } from '@oxbow/websocket';
import type { Policy, RaceFigures, ReaderFigures } from './chat-message.ts';

/** What is published: enough to fill the operating system's own buffers within seconds. */
export const RACE = Object.freeze({ messagesPerSecond: 200, messageBytes: 32_768, slowReadsPerSecond: 40 });
/** What may wait in the server for one reader, in bytes: 16 messages. */
const MAX_BUFFERED_BYTES = 16 * RACE.messageBytes;
const TICKS_PER_SECOND = 20;
const TOPIC = 'race';

interface Reader {
  received: number;
  missed: number;
  closed: number;
  /** What connections that are gone had dropped. */
  droppedBefore: number;
  /** The server's end of its connection. */
  socket: Socket | undefined;
}

/** The race while it goes on. */
export class ReaderRace {
  readonly #policy: Policy;
  readonly #server: WebSocketServer;
  readonly #readers: { readonly fast: Reader; readonly slow: Reader };
  readonly #task: Task<void>;
  #published = 0;

  private constructor(policy: Policy, server: WebSocketServer, readers: { fast: Reader; slow: Reader }) {
    this.#policy = policy;
    this.#server = server;
    this.#readers = readers;
    this.#task = createTask(
      async () => {
        await TaskGroup.run(async (group) => {
          group.createTask(() => this.#read('fast', 0), { name: 'fast reader' });
          group.createTask(() => this.#read('slow', 1000 / RACE.slowReadsPerSecond), { name: 'slow reader' });
          await this.#publish();
        });
      },
      { name: 'race' },
    );
    this.#task.addDoneCallback(() => {});
  }

  /** Starts a server with that policy, and both readers. */
  static async open(policy: Policy): Promise<ReaderRace> {
    const readers = { fast: newReader(), slow: newReader() };
    const server = await serve(
      async (socket) => {
        const reader = socket.handshake.url.endsWith('slow') ? readers.slow : readers.fast;
        reader.socket = socket;
        await socket.join(TOPIC);
        const { code } = await socket.closed.finally(() => {
          reader.droppedBefore += socket.dropped.messages;
          if (reader.socket === socket) reader.socket = undefined;
        });
        if (code === 1013) reader.closed += 1;
      },
      { slowConsumer: policy, maxBufferedBytes: MAX_BUFFERED_BYTES, positions: true, detached: true },
    );
    return new ReaderRace(policy, server, readers);
  }

  figures(): RaceFigures {
    const { fast, slow } = this.#readers;
    return { policy: this.#policy, published: this.#published, fast: figuresOf(fast), slow: figuresOf(slow) };
  }

  async close(): Promise<void> {
    this.#task.cancel('the race ends');
    await this.#task.ended;
    for (const socket of this.#server.connections) socket.terminate();
    await this.#server.close();
  }

  async #publish(): Promise<never> {
    const message = new Uint8Array(RACE.messageBytes);
    for (;;) {
      for (let each = 0; each < RACE.messagesPerSecond / TICKS_PER_SECOND; each++) {
        this.#published += 1;
        await this.#server.topic(TOPIC).publish(message);
      }
      await sleep(1000 / TICKS_PER_SECOND);
    }
  }

  async #read(name: 'fast' | 'slow', pauseMs: number): Promise<void> {
    const reader = this.#readers[name];
    const socket = await connect(`${this.#server.url}?${name}`, { reconnect: { baseMs: 200, maxMs: 1000 } });
    socket.onResume(({ missed }) => {
      reader.missed += missed ?? 0;
    });
    try {
      for await (const _message of socket) {
        reader.received += 1;
        if (pauseMs > 0) await sleep(pauseMs);
      }
    } finally {
      socket.terminate();
    }
  }
}

function newReader(): Reader {
  return { received: 0, missed: 0, closed: 0, droppedBefore: 0, socket: undefined };
}

function figuresOf({ received, missed, closed, droppedBefore, socket }: Reader): ReaderFigures {
  return {
    received,
    missed,
    closed,
    dropped: droppedBefore + (socket?.dropped.messages ?? 0),
    waitingBytes: socket?.bufferedBytes ?? 0,
  };
}
