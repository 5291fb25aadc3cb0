/**
 * Who is in which topic, within one process.
 */
import type { PresenceChange, PresenceMember, TopicPresence } from './topic-broker.ts';

interface Room {
  readonly members: Map<string, PresenceMember>;
  readonly watchers: Set<(change: PresenceChange) => void>;
}

/** Presences kept in memory. */
export class MemoryPresence implements TopicPresence {
  readonly #rooms = new Map<string, Room>();

  async enter(topic: string, member: PresenceMember): Promise<void> {
    const room = this.#room(topic);
    const isNew = !room.members.has(member.id);
    room.members.set(member.id, member);
    if (isNew) tell(room, { kind: 'join', member });
  }

  async leave(topic: string, id: string): Promise<void> {
    const room = this.#rooms.get(topic);
    const member = room?.members.get(id);
    if (room === undefined || member === undefined) return;
    room.members.delete(id);
    tell(room, { kind: 'leave', member });
    this.#forgetEmpty(topic, room);
  }

  async members(topic: string): Promise<readonly PresenceMember[]> {
    return [...(this.#rooms.get(topic)?.members.values() ?? [])];
  }

  async watch(topic: string, onChange: (change: PresenceChange) => void): Promise<() => void> {
    const room = this.#room(topic);
    const watcher = (change: PresenceChange): void => onChange(change);
    room.watchers.add(watcher);
    return () => {
      room.watchers.delete(watcher);
      this.#forgetEmpty(topic, room);
    };
  }

  /** Forgets everybody, without a word. */
  clear(): void {
    this.#rooms.clear();
  }

  #room(topic: string): Room {
    let room = this.#rooms.get(topic);
    if (room === undefined) {
      room = { members: new Map(), watchers: new Set() };
      this.#rooms.set(topic, room);
    }
    return room;
  }

  #forgetEmpty(topic: string, room: Room): void {
    if (room.members.size === 0 && room.watchers.size === 0) this.#rooms.delete(topic);
  }
}

function tell({ watchers }: Room, change: PresenceChange): void {
  for (const watcher of watchers) watcher(change);
}
