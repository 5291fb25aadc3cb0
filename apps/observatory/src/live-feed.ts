/**
 * Carries the feed to every open page by our own WebSocket server, and the pages' commands back. A page that reads too
 * slowly loses its oldest updates, notices the gap and asks for a snapshot: it never holds back the crawl.
 */
import type { Server } from 'node:http';
import { msgpack } from '@oxbow/codec/msgpack';
import { type Socket, serve, type WebSocketServer } from '@oxbow/websocket';
import { type FeedMessage, type PageCommand, type Snapshot, TUNABLE } from './feed-message.ts';

/** Path of the WebSocket beside the page. */
export const FEED_PATH = '/feed';
const TOPIC = 'crawl';
/** What a slow page may keep waiting in this process, in bytes: some snapshots' worth. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** A command is a few words and numbers in a map. */
const MAX_COMMAND_BYTES = 1024;
/** Pages open at once. */
const MAX_VIEWERS = 500;

/** What the feed needs of the crawl. */
export interface FeedSource {
  snapshot(): Snapshot | undefined;
  /** Obeys any command but `snapshot`. */
  command(command: PageCommand): void;
}

export class LiveFeed {
  readonly #server: WebSocketServer;
  readonly #codec = msgpack<FeedMessage>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
  }

  /** Serves the feed on `server`, which listens already and stays the caller's. */
  static async open(server: Server, source: FeedSource): Promise<LiveFeed> {
    const feed = new LiveFeed(
      await serve((socket) => feed.#view(socket, source), {
        server,
        path: FEED_PATH,
        maxMessageBytes: MAX_COMMAND_BYTES,
        maxBufferedBytes: MAX_BUFFERED_BYTES,
        maxConnections: MAX_VIEWERS,
        slowConsumer: 'drop-oldest',
      }),
    );
    return feed;
  }

  /** Pages open now. */
  get viewers(): number {
    return this.#server.connections.size;
  }

  /** Sends a message to every page; encodes it once, and waits for none of them. */
  async publish(message: FeedMessage): Promise<void> {
    if (this.viewers > 0) await this.#server.topic(TOPIC).publish(this.#codec.encode(message));
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #view(socket: Socket, source: FeedSource): Promise<void> {
    await socket.join(TOPIC);
    this.#sendSnapshot(socket, source);
    for await (const message of socket) {
      const command = readCommand(message);
      if (command?.kind === 'snapshot') this.#sendSnapshot(socket, source);
      else if (command !== undefined) source.command(command);
    }
  }

  #sendSnapshot(socket: Socket, source: FeedSource): void {
    const snapshot = source.snapshot();
    if (snapshot !== undefined) socket.trySend(this.#codec.encode(snapshot));
  }
}

const commands = msgpack<Readonly<Record<string, unknown>> | null>();
const PLAIN = new Set(['pause', 'resume', 'stop', 'snapshot'] as const);
/** Longer than the name of any kind of failure. */
const MAX_KIND_CHARACTERS = 40;

/** The command in a message; undefined for anything that is none: a stranger's bytes change nothing. */
export function readCommand(message: string | Uint8Array): PageCommand | undefined {
  if (typeof message === 'string') return undefined;
  try {
    const { kind, failure, ...values } = commands.decode(message) ?? {};
    for (const plain of PLAIN) if (kind === plain) return { kind: plain };
    if (kind === 'retry' && typeof failure === 'string' && failure.length <= MAX_KIND_CHARACTERS)
      return { kind, failure };
    return kind === 'tune' ? readTuning(values) : undefined;
  } catch {
    return undefined;
  }
}

function readTuning(values: Readonly<Record<string, unknown>>): PageCommand | undefined {
  const tuning: { concurrency?: number; delayMs?: number } = {};
  for (const name of ['concurrency', 'delayMs'] as const) {
    const value = values[name];
    if (value === undefined) continue;
    const [least, most] = TUNABLE[name];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) return undefined;
    tuning[name] = value as number;
  }
  return { kind: 'tune', ...tuning };
}
