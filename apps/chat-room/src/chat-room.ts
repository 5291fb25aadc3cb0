/** What one server process does: opens the page and the rooms, keeps the pages informed, and ends all of it together. */
import cluster from 'node:cluster';
import { Queue, sleep, TaskGroup } from '@oxbow/loop';
import { browserOpener, bundlePage, openPageSite, type PageSite } from '@oxbow/shell';
import type { Figures, LoadFigures } from './chat-message.ts';
import { ChatServer, type SideRequest } from './chat-server.ts';
import type { ChatCommand } from './command-line.ts';
import { MemberLoad } from './member-load.ts';
import { ReaderRace } from './reader-race.ts';
import { openRoomBroker } from './room-broker.ts';

/** Distance of what the pages are told beside the talk, in ms. */
export const TELL_MS = 250;
/** What pages may have asked for beside the talk and is not done yet; more is forgotten. */
const MAX_WAITING_REQUESTS = 8;

/** How a process is one of several. */
export interface ProcessRole {
  /** Called once everything is open. */
  onReady(url: string): void;
  /** What the simulated members do, who are somewhere else. */
  loadFigures(): LoadFigures | null;
}

/** Opens everything and serves until the calling task is cancelled. */
export async function serveChatRoom(command: ChatCommand, role?: ProcessRole): Promise<never> {
  const openPage = role === undefined ? browserOpener(command.open) : undefined;
  const onError = errorPrinter();
  const asked = new Queue<SideRequest>({ maxSize: MAX_WAITING_REQUESTS });
  const onSideRequest = (request: SideRequest): void => {
    if (asked.size < MAX_WAITING_REQUESTS) asked.putNoWait(request);
  };
  const broker = await openRoomBroker(command.broker);
  let server: ChatServer | undefined;
  let site: PageSite | undefined;
  try {
    const files = await bundlePage(new URL('./page/', import.meta.url));
    // The first to connect finds the rooms: a page that comes back would take a 404 for an answer.
    const prepare = async (http: PageSite['server']): Promise<void> => {
      server = await ChatServer.open({ http, broker, onSideRequest, onError });
    };
    site = await openPageSite({ app: 'chat', files, port: command.port, prepare });
    if (role === undefined) process.stdout.write(`The chat room is at ${site.url} (Ctrl-C ends it)\n`);
    else role.onReady(site.url);
    openPage?.(site.url);
    return await talk(server!, { command, role, asked, onError });
  } finally {
    await server?.close();
    await site?.close();
    await broker.close();
  }
}

interface TalkParts {
  readonly command: ChatCommand;
  readonly role: ProcessRole | undefined;
  readonly asked: Queue<SideRequest>;
  readonly onError: (error: unknown) => void;
}

/** What goes on while the rooms are open. */
async function talk(server: ChatServer, { command, role, asked, onError }: TalkParts): Promise<never> {
  const isAlone = role === undefined && command.members > 0;
  const load = isAlone ? new MemberLoad(server.url, command.members) : undefined;
  const loadFigures = role?.loadFigures ?? (() => load?.figures() ?? null);
  const room = new ChatRoom({ server, asked, loadFigures, onError });
  try {
    return await room.run();
  } finally {
    await room.close();
    await load?.close();
  }
}

interface ChatRoomParts {
  readonly server: ChatServer;
  readonly asked: Queue<SideRequest>;
  readonly loadFigures: () => LoadFigures | null;
  readonly onError: (error: unknown) => void;
}

/** The talk's surroundings: restarts, the race of the readers, and the figures of both. */
class ChatRoom {
  readonly #parts: ChatRoomParts;
  #race: ReaderRace | undefined;

  constructor(parts: ChatRoomParts) {
    this.#parts = parts;
  }

  run(): Promise<never> {
    return TaskGroup.run(async (group) => {
      group.createTask(() => this.#tell(), { name: 'news for the pages' });
      for (;;) await this.#do(await this.#parts.asked.get());
    }) as Promise<never>;
  }

  async close(): Promise<void> {
    await this.#race?.close();
  }

  async #do(request: SideRequest): Promise<void> {
    if (request.kind === 'restart') return this.#parts.server.restart();
    if (request.kind === 'kill') {
      // As rude as it gets: nothing is closed, nobody is told. Only a process that is replaced may go like that.
      if (cluster.isWorker) process.kill(process.pid, 'SIGKILL');
      return;
    }
    await this.#race?.close();
    this.#race = undefined;
    if (request.policy !== null) this.#race = await ReaderRace.open(request.policy);
  }

  async #tell(): Promise<never> {
    const { server, onError } = this.#parts;
    for (;;) {
      // A broker that is away for a while does not end the talk.
      await server.tellPeople().catch(onError);
      server.tell(this.#figures());
      await sleep(TELL_MS);
    }
  }

  #figures(): Figures {
    return {
      kind: 'figures',
      process: { pid: process.pid, mayBeKilled: cluster.isWorker },
      restarts: this.#parts.server.restarts,
      load: this.#parts.loadFigures(),
      race: this.#race?.figures() ?? null,
    };
  }
}

/** Prints errors that no request waits for, the same one only once in a row. */
function errorPrinter(): (error: unknown) => void {
  let last = '';
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== last) process.stderr.write(`oxbow: ${message}\n`);
    last = message;
  };
}
