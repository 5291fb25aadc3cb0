/** Simulated members: each is a connection of its own that sits in a room with 49 others, says something now and then, and reads. */
import { randomUUID } from 'node:crypto';
import { msgpack } from '@oxbow/codec/msgpack';
import { createTask, Semaphore, sleep, type Task, TaskGroup } from '@oxbow/loop';
import { ConnectError, connect, HandshakeError, type Socket } from '@oxbow/websocket';
import type { ChatMessage, ChatRequest, LoadFigures } from './chat-message.ts';

/** Members of one room. */
export const MEMBERS_IN_ROOM = 50;
/** A member says something once in this time on average, in ms. */
const PAUSE_MS = 10_000;
/** Wait before what a restart cut off is tried again, in ms. */
const RETRY_MS = 100;
/** Members that connect at once. */
const CONNECTING_AT_ONCE = 50;
/** Waits of a message that the figures look back at. */
const MAX_WAITS = 2000;

const requests = msgpack<ChatRequest>();
const messages = msgpack<ChatMessage>();

/** The members of a chat room that nobody sits behind. */
export class MemberLoad {
  readonly #members: number;
  readonly #task: Task<void>;
  readonly #waitsMs: number[] = [];
  #nextWait = 0;
  #connected = 0;
  #said = 0;
  #received = 0;
  #missed = 0;

  /** Begins to connect `members` members to the chat at `url`. */
  constructor(url: string, members: number) {
    this.#members = members;
    this.#task = createTask(
      async () => {
        const entrance = new Semaphore(CONNECTING_AT_ONCE);
        await TaskGroup.run(async (group) => {
          for (let number = 0; number < members; number++) {
            group.createTask(() => this.#live(url, number, entrance), { name: `member ${number + 1}` });
          }
        });
      },
      { name: 'members' },
    );
    // A fault here is a defect: it goes to the code that closes the load.
    this.#task.addDoneCallback(() => {});
  }

  figures(): LoadFigures {
    const waits = [...this.#waitsMs].sort((a, b) => a - b);
    return {
      members: this.#members,
      connected: this.#connected,
      said: this.#said,
      received: this.#received,
      missed: this.#missed,
      medianMs: waits[Math.floor(waits.length / 2)] ?? 0,
      worstMs: waits.at(-1) ?? 0,
    };
  }

  /** Sends all members home. */
  async close(): Promise<void> {
    this.#task.cancel('the load ends');
    await this.#task.ended;
  }

  async #live(url: string, number: number, entrance: Semaphore): Promise<void> {
    const room = `crowd-${Math.floor(number / MEMBERS_IN_ROOM) + 1}`;
    const address = new URL(url);
    address.searchParams.set('name', `Member ${number + 1}`);
    address.searchParams.set('simulated', '1');
    await entrance.acquire();
    let socket: Socket;
    try {
      socket = await comeIn(address);
      await sayUntilTaken(socket, requests.encode({ kind: 'enter', room, isBack: false }));
    } finally {
      entrance.release();
    }
    let isConnected = true;
    const count = (isNow: boolean): void => {
      this.#connected += Number(isNow) - Number(isConnected);
      isConnected = isNow;
    };
    this.#connected += 1;
    socket.onResume(({ missed }) => {
      this.#missed += missed ?? 0;
    });
    socket.onStatus((status) => {
      count(status === 'open');
      if (status !== 'open') return;
      void socket.request(requests.encode({ kind: 'enter', room, isBack: true })).catch(() => {
        // The connection is gone again, and the next one enters again.
      });
    });
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(() => this.#read(socket));
        await this.#talk(socket, room);
      });
    } finally {
      socket.terminate();
    }
  }

  async #read(socket: Socket): Promise<void> {
    for await (const message of socket) {
      const heard = messages.decode(message as Uint8Array);
      if (heard.kind !== 'said') continue;
      this.#received += 1;
      this.#waitsMs[this.#nextWait] = Math.max(0, Date.now() - heard.at);
      this.#nextWait = (this.#nextWait + 1) % MAX_WAITS;
    }
  }

  async #talk(socket: Socket, room: string): Promise<never> {
    for (;;) {
      await sleep(Math.random() * 2 * PAUSE_MS);
      const request = requests.encode({
        kind: 'say',
        room,
        id: randomUUID(),
        text: `Text ${this.#said + 1}`,
      });
      await sayUntilTaken(socket, request);
      this.#said += 1;
    }
  }
}

/** Connects, also when the server restarts just then. */
async function comeIn(address: URL): Promise<Socket> {
  for (;;) {
    try {
      return await connect(address, { reconnect: true });
    } catch (error) {
      const isRestarting = error instanceof HandshakeError && error.status === 503;
      if (!isRestarting && !(error instanceof ConnectError)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Sends a request again until its answer came; a text's id keeps it from being said twice. */
async function sayUntilTaken(socket: Socket, request: Uint8Array): Promise<void> {
  for (;;) {
    try {
      await socket.request(request);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'ERR_OXBOW_WS_CLOSED' && code !== 'ERR_OXBOW_WS_REQUEST_TIMEOUT') throw error;
      // The connection broke under it; the next request waits for the next connection.
      await sleep(RETRY_MS);
    }
  }
}
