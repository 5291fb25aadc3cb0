/**
 * The rooms of one server process. Each room is a topic whose messages carry their positions, so a client that comes back goes on where
 * it left off. The broker stands outside the WebSocket server and outlives it, so a restart loses nothing. With a broker that several
 * processes share, the end of one of them loses nothing either.
 */
import type { Server } from 'node:http';
import { msgpack } from '@oxbow/codec/msgpack';
import {
  type Socket,
  serve,
  type TopicBroker,
  type UpgradeAnswer,
  type WebSocketServer,
} from '@oxbow/websocket';
import {
  type ChatMessage,
  type ChatRequest,
  faultOfName,
  type Reply,
  readRequest,
  type Said,
  type Typing,
} from './chat-message.ts';
import { MAX_ROOMS, RoomList } from './room-list.ts';
import { RoomWatch, topicOf } from './room-watch.ts';

/** Path of the WebSocket beside the page. */
export const CHAT_PATH = '/chat';
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
export type SideRequest = Extract<ChatRequest, { kind: 'restart' | 'kill' | 'race' }>;

/** What a chat server works with. */
export interface ChatServerParts {
  /** Listens already, and stays the caller's. */
  readonly http: Server;
  /** Where the rooms live; stays the caller's. */
  readonly broker: TopicBroker;
  readonly onSideRequest: (request: SideRequest) => void;
  /** Told of errors that no request waits for. */
  readonly onError: (error: unknown) => void;
}

const replies = msgpack<Reply>();
const messages = msgpack<ChatMessage>();
const requests = msgpack<unknown>();

/** The rooms, and the WebSocket server in front of them. */
export class ChatServer {
  readonly #parts: ChatServerParts;
  readonly #rooms: RoomList;
  readonly #watch: RoomWatch;
  /** Rooms where somebody came or went since the people were told last. */
  readonly #changed = new Set<string>();
  /** The last request of each connection: they are done in order, so that who enters and speaks is in before it speaks. */
  readonly #latest = new WeakMap<Socket<Visitor>, Promise<unknown>>();
  #server!: WebSocketServer;
  #restarts = 0;

  private constructor(parts: ChatServerParts, rooms: RoomList) {
    this.#parts = parts;
    this.#rooms = rooms;
    this.#watch = new RoomWatch(parts.broker, {
      people: (room) => void this.#changed.add(room),
      typing: (sign, author) => this.#passOnTyping(sign, author),
    });
  }

  /** Serves the rooms. Rejects with the broker's error. */
  static async open(parts: ChatServerParts): Promise<ChatServer> {
    const rooms = await RoomList.open(parts.broker, parts.onError);
    const chat = new ChatServer(parts, rooms);
    try {
      chat.#server = await chat.#serve();
    } catch (error) {
      rooms.close();
      throw error;
    }
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
    this.#server = await this.#serve();
    this.#restarts += 1;
  }

  /** Sends a message to every page; one that is too slow for it goes without. */
  tell(message: ChatMessage): void {
    this.#tell(this.#server.connections as ReadonlySet<Socket<Visitor>>, message);
  }

  /** Tells the pages who came and went since the last call. Rejects with the broker's error; the next call tells it then. */
  async tellPeople(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    try {
      await this.#tellPeopleOf(changed);
    } catch (error) {
      for (const room of changed) this.#changed.add(room);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#rooms.close();
    await this.#watch.close();
  }

  #serve(): Promise<WebSocketServer> {
    return Promise.resolve(
      serve((socket: Socket<Visitor>) => this.#attend(socket), {
        server: this.#parts.http,
        path: CHAT_PATH,
        broker: this.#parts.broker,
        positions: true,
        // A page that cannot keep up is sent away: it comes back and is sent what it missed at its own pace.
        slowConsumer: 'close',
        maxMessageBytes: MAX_MESSAGE_BYTES,
        maxConnections: MAX_CONNECTIONS,
        maxMessagesPerSecond: MAX_MESSAGES_PER_SECOND,
        onUpgrade: ({ url }) => admit(url),
        onError: this.#parts.onError,
      }),
    );
  }

  async #tellPeopleOf(rooms: readonly string[]): Promise<void> {
    for (const room of rooms) {
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
    if (request.kind === 'typing') return this.#showTyping(socket, request.room);
    this.#parts.onSideRequest(request);
    return {};
  }

  async #enter(socket: Socket<Visitor>, room: string, isBack: boolean): Promise<Reply> {
    if (!this.#rooms.add(room))
      return { refused: `there are ${MAX_ROOMS} rooms already: choose one of them` };
    const name = topicOf(room);
    for (const other of socket.topics) if (other !== name) socket.leave(other);
    await this.#watch.watch(room);
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

  async #showTyping(socket: Socket<Visitor>, room: string): Promise<Reply> {
    if (!socket.topics.includes(topicOf(room))) return { refused: `enter ${room} before you write there` };
    await this.#watch.showTyping({ kind: 'typing', room, from: socket.data.name }, socket.id);
    return {};
  }

  #passOnTyping(sign: Typing, author: string): void {
    const members = this.#server.topic(topicOf(sign.room)).members();
    const others = members.filter(({ id }) => id !== author) as readonly Socket<Visitor>[];
    this.#tell(others, sign);
  }

  async #roomList(): Promise<readonly (readonly [string, number])[]> {
    const counts = [...this.#rooms.names].map(async (room) => {
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
