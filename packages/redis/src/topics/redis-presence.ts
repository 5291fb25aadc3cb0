/**
 * Who is present, on all servers. This process vouches for its own members by a lease for each topic, which it renews; when it dies, the
 * others see its members leave when the lease ends. It remembers them, and enters them again where the server has lost them.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import type { PresenceChange, PresenceMember, TopicPresence } from '@oxbow/websocket';
import type { RedisConnection, RedisReply } from '../connection/redis-commands.ts';
import type { RedisScript } from '../connection/redis-script.ts';
import { ENTER, LEAVE, LEAVE_ALL, MEMBERS, RENEW } from './presence-scripts.ts';
import { PresenceWatch, readChange, readView } from './presence-watch.ts';
import { keysOf, type TopicKeys } from './topic-keys.ts';

/** Members that enter again with one call. */
const MEMBERS_AT_ONCE = 200;
/** Topics that are renewed at once. */
const TOPICS_AT_ONCE = 16;
/** A topic that nobody looked at for so many leases is forgotten. */
const KEPT_LEASES = 20;

/** What presence works with. */
export interface PresenceParts {
  readonly loop: EventLoop;
  readonly prefix: string;
  /** Names this process and its start. */
  readonly broker: string;
  readonly leaseMs: number;
  readonly nextName: () => string;
  /** The connection as it is, without waiting for one. */
  connection(): Promise<RedisConnection>;
  /** Tries until the broker's patience ends. */
  patiently<T>(call: (connection: RedisConnection) => Promise<T>): Promise<T>;
  onError(error: unknown): void;
}

interface Watched {
  readonly watch: PresenceWatch;
  /** Those who watch or are about to. */
  users: number;
  ready: Promise<void>;
  stop: (() => Promise<void>) | undefined;
  isAsking: boolean;
  mustAskAgain: boolean;
}

/** The presences of one process. */
export class RedisPresence implements TopicPresence {
  readonly #parts: PresenceParts;
  /** Our own members of each topic, as JSON. */
  readonly #own = new Map<string, Map<string, string>>();
  /** Those who left and may still be on the server. */
  readonly #leaving = new Map<string, Set<string>>();
  readonly #watched = new Map<string, Watched>();
  #timer: TimerHandle | undefined;
  #isClosed = false;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  async enter(topic: string, { id, info }: PresenceMember): Promise<void> {
    const json = JSON.stringify({ id, info: info ?? null });
    const members = this.#own.get(topic) ?? new Map<string, string>();
    this.#own.set(topic, members);
    const before = members.get(id);
    members.set(id, json);
    this.#leaving.get(topic)?.delete(id);
    this.#keepRenewing();
    try {
      await this.#parts.patiently((connection) => this.#run(connection, ENTER, topic, [id, json]));
    } catch (error) {
      if (before === undefined && members.get(id) === json) this.#forget(topic, id);
      throw error;
    }
  }

  async leave(topic: string, id: string): Promise<void> {
    this.#forget(topic, id);
    await this.#parts.patiently((connection) => this.#run(connection, LEAVE, topic, [id]));
    this.#leaving.get(topic)?.delete(id);
  }

  async members(topic: string): Promise<readonly PresenceMember[]> {
    return this.#parts.patiently(
      async (connection) => readView(await this.#run(connection, MEMBERS, topic)).members,
    );
  }

  async watch(topic: string, onChange: (change: PresenceChange) => void): Promise<() => void> {
    const watched = this.#watched.get(topic) ?? outsideAllTasks(() => this.#beginToWatch(topic));
    watched.users += 1;
    try {
      await watched.ready;
    } catch (error) {
      this.#release(topic, watched);
      throw error;
    }
    const watcher = (change: PresenceChange): void => onChange(change);
    watched.watch.watchers.add(watcher);
    this.#keepRenewing();
    return () => {
      if (watched.watch.watchers.delete(watcher)) this.#release(topic, watched);
    };
  }

  /** The connection is there again: the server may have lost members, and we changes. */
  async restore(): Promise<void> {
    await Promise.all(
      [...this.#own.keys()].map((topic) => this.#enterAgain(topic).catch(this.#parts.onError)),
    );
    for (const [topic, watched] of this.#watched) void this.#ask(topic, watched);
  }

  /** Leaves with all members, as far as the server can be reached. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    const topics = new Set([...this.#own.keys(), ...this.#leaving.keys()]);
    this.#own.clear();
    this.#leaving.clear();
    this.#watched.clear();
    if (topics.size === 0) return;
    const connection = await this.#parts.connection();
    // What cannot be told now is told by the end of the lease.
    await Promise.allSettled([...topics].map((topic) => this.#run(connection, LEAVE_ALL, topic)));
  }

  /** It is no member of ours any more, though the server may not know. */
  #forget(topic: string, id: string): void {
    const members = this.#own.get(topic);
    if (members?.delete(id) !== true) return;
    const leaving = this.#leaving.get(topic) ?? new Set<string>();
    this.#leaving.set(topic, leaving.add(id));
    if (members.size === 0) this.#own.delete(topic);
    this.#keepRenewing();
  }

  #run(
    connection: RedisConnection,
    script: RedisScript,
    topic: string,
    more: readonly string[] = [],
  ): Promise<RedisReply> {
    const { prefix, broker, leaseMs, nextName } = this.#parts;
    const keys: TopicKeys = keysOf(prefix, topic);
    return script.run(
      connection,
      [keys.members, keys.leases, keys.changes],
      [keys.presence, broker, String(leaseMs), nextName(), String(leaseMs * KEPT_LEASES), ...more],
    );
  }

  /** Renews within a third of the lease, as long as there is something to renew or to watch. */
  #keepRenewing(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = outsideAllTasks(() =>
      this.#parts.loop.callLater(this.#parts.leaseMs / 3, () => {
        void this.#renewAll().then(() => {
          this.#timer = undefined;
          if (this.#own.size > 0 || this.#leaving.size > 0 || this.#watched.size > 0) this.#keepRenewing();
        });
      }),
    );
  }

  async #renewAll(): Promise<void> {
    const topics = new Set([...this.#own.keys(), ...this.#leaving.keys(), ...this.#watched.keys()]).values();
    const renewSome = async (): Promise<void> => {
      for (const topic of topics) await this.#renew(topic).catch(this.#parts.onError);
    };
    await Promise.all(Array.from({ length: TOPICS_AT_ONCE }, renewSome));
  }

  async #renew(topic: string): Promise<void> {
    if (this.#isClosed) return;
    const connection = await this.#parts.connection();
    const leaving = this.#leaving.get(topic);
    if (leaving !== undefined) {
      this.#leaving.delete(topic);
      await this.#run(connection, LEAVE, topic, [...leaving]).catch((error: unknown) => {
        this.#leaving.set(topic, new Set([...leaving, ...(this.#leaving.get(topic) ?? [])]));
        throw error;
      });
    }
    const [isKnown, series, number] = (await this.#run(connection, RENEW, topic)) as [number, string, string];
    if (isKnown === 0) await this.#enterAgain(topic);
    const watched = this.#watched.get(topic);
    if (watched !== undefined && !watched.watch.isAt(series, Number(number))) void this.#ask(topic, watched);
  }

  async #enterAgain(topic: string): Promise<void> {
    const members = [...(this.#own.get(topic) ?? [])];
    for (let at = 0; at < members.length; at += MEMBERS_AT_ONCE) {
      const some = members.slice(at, at + MEMBERS_AT_ONCE);
      const still = some.filter(([id]) => this.#own.get(topic)?.has(id) === true);
      if (still.length === 0) continue;
      await this.#parts.patiently((connection) => this.#run(connection, ENTER, topic, still.flat()));
      // Who left while it entered leaves once more.
      const gone = still.map(([id]) => id).filter((id) => this.#own.get(topic)?.has(id) !== true);
      if (gone.length > 0) this.#leaving.set(topic, new Set([...gone, ...(this.#leaving.get(topic) ?? [])]));
    }
  }

  #beginToWatch(topic: string): Watched {
    const watch = new PresenceWatch();
    const begun = Promise.withResolvers<void>();
    const watched: Watched = {
      watch,
      users: 0,
      ready: begun.promise,
      stop: undefined,
      isAsking: false,
      mustAskAgain: false,
    };
    this.#watched.set(topic, watched);
    begun.promise.catch(() => {});
    const begin = async (): Promise<void> => {
      watched.stop = await this.#parts.patiently((connection) =>
        connection.subscribe(keysOf(this.#parts.prefix, topic).presence, (message) => {
          const change = readChange(message);
          if (change !== undefined && !watch.change(change)) void this.#ask(topic, watched);
        }),
      );
      const view = await this.#parts.patiently((connection) => this.#run(connection, MEMBERS, topic));
      if (!watch.view(readView(view))) void this.#ask(topic, watched);
    };
    begin().then(begun.resolve, begun.reject);
    return watched;
  }

  /** Asks for everybody until that is the latest; never rejects. What fails is tried again with the next renewal. */
  async #ask(topic: string, watched: Watched): Promise<void> {
    watched.mustAskAgain = true;
    if (watched.isAsking) return;
    watched.isAsking = true;
    try {
      while (watched.mustAskAgain && this.#watched.get(topic) === watched) {
        watched.mustAskAgain = false;
        const view = await this.#parts.patiently((connection) => this.#run(connection, MEMBERS, topic));
        if (this.#watched.get(topic) === watched && !watched.watch.view(readView(view)))
          watched.mustAskAgain = true;
      }
    } catch (error) {
      if (!this.#isClosed) this.#parts.onError(error);
    } finally {
      watched.isAsking = false;
    }
  }

  #release(topic: string, watched: Watched): void {
    watched.users -= 1;
    if (watched.users > 0 || this.#watched.get(topic) !== watched) return;
    this.#watched.delete(topic);
    watched.ready.then(
      () => watched.stop?.(),
      () => watched.stop?.(),
    );
  }
}
