/** What `npm run chat` does: opens the page and the rooms, keeps the pages informed, and ends all of it together. */
import { Queue, sleep, TaskGroup } from '@oxbow/loop';
import { browserOpener, bundlePage, openPageSite } from '@oxbow/shell';
import type { Figures } from './chat-message.ts';
import { ChatServer, type SideRequest } from './chat-server.ts';
import type { ChatCommand } from './command-line.ts';
import { MemberLoad } from './member-load.ts';
import { ReaderRace } from './reader-race.ts';

/** Distance of what the pages are told beside the talk, in ms. */
const TELL_MS = 250;
/** What pages may have asked for beside the talk and is not done yet; more is forgotten. */
const MAX_WAITING_REQUESTS = 8;

/** Opens everything and serves until the calling task is cancelled. */
export async function serveChatRoom({ members, port, open }: ChatCommand): Promise<never> {
  const openPage = browserOpener(open);
  const files = await bundlePage(new URL('./page/', import.meta.url));
  const site = await openPageSite({ app: 'chat', files, port });
  try {
    const asked = new Queue<SideRequest>({ maxSize: MAX_WAITING_REQUESTS });
    const server = await ChatServer.open(site.server, (request) => {
      if (asked.size < MAX_WAITING_REQUESTS) asked.putNoWait(request);
    });
    const load = members > 0 ? new MemberLoad(server.url, members) : undefined;
    const room = new ChatRoom(server, load, asked);
    try {
      process.stdout.write(`The chat room is at ${site.url} (Ctrl-C ends it)\n`);
      openPage?.(site.url);
      return await room.run();
    } finally {
      await room.close();
      await load?.close();
      await server.close();
    }
  } finally {
    await site.close();
  }
}

/** The talk's surroundings: restarts, the race of the readers, and the figures of both. */
class ChatRoom {
  readonly #server: ChatServer;
  readonly #load: MemberLoad | undefined;
  readonly #asked: Queue<SideRequest>;
  #race: ReaderRace | undefined;

  constructor(server: ChatServer, load: MemberLoad | undefined, asked: Queue<SideRequest>) {
    this.#server = server;
    this.#load = load;
    this.#asked = asked;
  }

  run(): Promise<never> {
    return TaskGroup.run(async (group) => {
      group.createTask(() => this.#tell(), { name: 'news for the pages' });
      for (;;) await this.#do(await this.#asked.get());
    }) as Promise<never>;
  }

  async close(): Promise<void> {
    await this.#race?.close();
  }

  async #do(request: SideRequest): Promise<void> {
    if (request.kind === 'restart') return this.#server.restart();
    await this.#race?.close();
    this.#race = undefined;
    if (request.policy !== null) this.#race = await ReaderRace.open(request.policy);
  }

  async #tell(): Promise<never> {
    for (;;) {
      await this.#server.tellPeople();
      this.#server.tell(this.#figures());
      await sleep(TELL_MS);
    }
  }

  #figures(): Figures {
    return {
      kind: 'figures',
      restarts: this.#server.restarts,
      load: this.#load?.figures() ?? null,
      race: this.#race?.figures() ?? null,
    };
  }
}
