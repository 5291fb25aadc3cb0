/**
 * The rooms: each is a topic whose messages carry their positions, so that whoever comes back goes on where it left off. The broker
 * stands outside of the WebSocket server and outlives it: that is why a restart loses nothing.
 */
import type { Server } from 'node:http';
import { msgpack } from '@oxbow/codec/msgpack';
import {
  memoryBroker,
  type Socket,
  serve,
  type TopicBroker,
  type UpgradeAnswer,
  type WebSocketServer,
} from '@oxbow/websocket';
import {
  type ChatMessage,
  type ChatRequest,
  FIRST_ROOMS,
  faultOfName,
  type Reply,
  readRequest,
  type Said,
} from './chat-message.ts';

/** Path of the WebSocket beside the page. */
export const CHAT_PATH = '/chat';
/** Texts remembered of each room: what somebody may miss and still be sent. */
export const HISTORY_MESSAGES = 500;
/** Rooms at once. */
export const MAX_ROOMS = 200;
/** Names sent of one room; more are counted. */
export const MAX_LISTED_PEOPLE = 100;
/** How long the clients may take to go at a restart, in ms. */
const GRACE_MS = 2000;
/** A text of 2,000 characters takes at most 6,000 bytes. */
const MAX_MESSAGE_BYTES = 16_384;
/** Connections at once: the simulated members are among them. */
const MAX_CONNECTIONS = 10_000;
/** Messages of one connection in a second: nobody types faster. */
const MAX_MESSAGES_PER_SECOND = 100;

/** Who is at the other end of a connection. */
export interface Visitor {
  readonly name: string;
  /** A simulated member is told what is said, and nothing of what a page shows besides. */
  readonly isSimulated: boolean;
}

/** What a page may ask for that is no talking. */
export type SideRequest = Extract<ChatRequest, { kind: 'restart' | 'race' }>;

const replies = msgpack<Reply>();
const messages = msgpack<ChatMessage>();
const requests = msgpack<unknown>();

/** The rooms, and the WebSocket server in front of them. */
export class ChatServer {
  readonly #http: Server;
  readonly #onSideRequest: (request: SideRequest) => void;
  readonly #broker: TopicBroker = memoryBroker({ historyMessages: HISTORY_MESSAGES });
  readonly #rooms = new Set(FIRST_ROOMS);
  /** Rooms where somebody came or went since the people were told last. */
  readonly #changed = new Set<string>();
  /** The last request of each connection: they are done in order, so that who enters and speaks is in before it speaks. */
  readonly #latest = new WeakMap<Socket<Visitor>, Promise<unknown>>();
  #watched = new Set<string>();
  #server!: WebSocketServer;
  #restarts = 0;

  private constructor(http: Server, onSideRequest: (request: SideRequest) => void) {
    this.#http = http;
    this.#onSideRequest = onSideRequest;
  }

  /** Serves the rooms on `http`, which listens already and stays the caller's. */
  static async open(http: Server, onSideRequest: (request: SideRequest) => void): Promise<ChatServer> {
    const chat = new ChatServer(http, onSideRequest);
    chat.#server = await chat.#serve();
    return chat;
  }

  get url(): string {
    return this.#server.url;
  }

  /** How often the server was restarted. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Sends everybody away, closes the WebSocket server, and opens another. Who was here comes back and goes on. */
  async restart(): Promise<void> {
    await this.#server.drain({ graceMs: GRACE_MS });
    this.#watched = new Set();
    this.#server = await this.#serve();
    this.#restarts += 1;
  }

  /** Sends a message to every page; one that is too slow for it goes without. */
  tell(message: ChatMessage): void {
    this.#tell(this.#server.connections as ReadonlySet<Socket<Visitor>>, message);
  }

  /** Tells the pages who came and went since the last call. */
  async tellPeople(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const room of changed) {
      const topic = this.#server.topic(topicOf(room));
      const names = namesOf(await topic.presence());
      this.#tell(topic.members(), {
        kind: 'people',
        room,
        names: names.slice(0, MAX_LISTED_PEOPLE),
        count: names.length,
      });
    }
    this.tell({ kind: 'rooms', rooms: await this.#roomList() });
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#broker.close();
  }

  #serve(): Promise<WebSocketServer> {
    return Promise.resolve(
      serve((socket: Socket<Visitor>) => this.#attend(socket), {
        server: this.#http,
        path: CHAT_PATH,
        broker: this.#broker,
        positions: true,
        // A page that cannot keep up is sent away: it comes back and is sent what it missed at its own pace.
        slowConsumer: 'close',
        maxMessageBytes: MAX_MESSAGE_BYTES,
        maxConnections: MAX_CONNECTIONS,
        maxMessagesPerSecond: MAX_MESSAGES_PER_SECOND,
        onUpgrade: ({ url }) => admit(url),
      }),
    );
  }

  async #attend(socket: Socket<Visitor>): Promise<void> {
    socket.respond(async (message) => replies.encode(await this.#answer(socket, message)));
    if (!socket.data.isSimulated)
      socket.trySend(messages.encode({ kind: 'rooms', rooms: await this.#roomList() }));
    for await (const message of socket) await this.#answer(socket, message);
  }

  #answer(socket: Socket<Visitor>, message: string | Uint8Array): Promise<Reply> {
    const before = this.#latest.get(socket) ?? Promise.resolve();
    const answer = before.then(() => this.#do(socket, message));
    this.#latest.set(
      socket,
      answer.catch(() => {}),
    );
    return answer;
  }

  async #do(socket: Socket<Visitor>, message: string | Uint8Array): Promise<Reply> {
    const request = readRequest(decoded(message));
    if (typeof request === 'string') return { refused: request };
    if (request.kind === 'enter') return this.#enter(socket, request.room, request.isBack);
    if (request.kind === 'say') return this.#say(socket, request);
    if (request.kind === 'typing') this.#showTyping(socket, request.room);
    else this.#onSideRequest(request);
    return {};
  }

  async #enter(socket: Socket<Visitor>, room: string, isBack: boolean): Promise<Reply> {
    if (!this.#rooms.has(room) && this.#rooms.size >= MAX_ROOMS)
      return { refused: `there are ${MAX_ROOMS} rooms already: choose one of them` };
    this.#rooms.add(room);
    const name = topicOf(room);
    for (const other of socket.topics) if (other !== name) socket.leave(other);
    await this.#watch(room);
    const presence = socket.data.name;
    // Who comes back says by itself what it has: its client compares the positions.
    if (isBack) {
      await socket.join(name, { presence });
      return {};
    }
    const { messages: past, position } = await this.#server.topic(name).history();
    await socket.join(name, { presence, since: position });
    return { history: past.map(({ data }) => messages.decode(data as Uint8Array) as Said) };
  }

  async #say(socket: Socket<Visitor>, { room, id, text }: { room: string; id: string; text: string }) {
    if (!socket.topics.includes(topicOf(room))) return { refused: `enter ${room} before you speak there` };
    const said: Said = { kind: 'said', room, id, from: socket.data.name, text, at: Date.now() };
    // By its id, a text that is sent again because its answer was lost is said once.
    await this.#server.topic(topicOf(room)).publish(messages.encode(said), { id });
    return {};
  }

  #showTyping(socket: Socket<Visitor>, room: string): void {
    const others = this.#server
      .topic(topicOf(room))
      .members()
      .filter((member) => member !== socket);
    this.#tell(others, { kind: 'typing', room, from: socket.data.name });
  }

  async #watch(room: string): Promise<void> {
    if (this.#watched.has(room)) return;
    this.#watched.add(room);
    await this.#server.topic(topicOf(room)).onPresence(() => void this.#changed.add(room));
  }

  async #roomList(): Promise<readonly (readonly [string, number])[]> {
    const counts = [...this.#rooms].map(async (room) => {
      const people = await this.#server.topic(topicOf(room)).presence();
      return [room, namesOf(people).length] as const;
    });
    return Promise.all(counts);
  }

  #tell(sockets: Iterable<Socket<Visitor>>, message: ChatMessage): void {
    const bytes = messages.encode(message);
    for (const socket of sockets) if (!socket.data.isSimulated) socket.trySend(bytes);
  }
}

function topicOf(room: string): string {
  return `room:${room}`;
}

/** Each name once: somebody may have two pages open. */
function namesOf(people: readonly { readonly info: unknown }[]): readonly string[] {
  return [...new Set(people.map(({ info }) => String(info)))];
}

function decoded(message: string | Uint8Array): unknown {
  if (typeof message === 'string') return undefined;
  try {
    return requests.decode(message);
  } catch {
    return undefined;
  }
}

function admit(url: string): UpgradeAnswer<Visitor> {
  const { searchParams } = new URL(url, 'ws://127.0.0.1');
  const name = (searchParams.get('name') ?? '').trim();
  const fault = faultOfName(name);
  if (fault !== undefined) return { refuse: 400, body: `${fault}\n` };
  return { accept: true, data: { name, isSimulated: searchParams.has('simulated') } };
}
