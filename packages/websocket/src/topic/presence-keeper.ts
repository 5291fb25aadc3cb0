/**
 * Which sockets of one server are shown in which topics. The broker knows all servers' members; this remembers our own, so
 * that each leaves exactly once.
 */
import { SocketInputError, WebSocketError } from '../errors.ts';
import type { TopicMember } from './membership.ts';
import type { PresenceChange, PresenceMember, TopicBroker, TopicPresence } from './topic-broker.ts';

/** The longest that one socket may say about itself, in UTF-16 units of JSON. */
export const MAX_PRESENCE_INFO_LENGTH = 4_096;

/** The presences of one server's sockets. */
export class PresenceKeeper {
  readonly #broker: TopicBroker;
  readonly #onError: (error: unknown) => void;
  readonly #shown = new WeakMap<TopicMember, Set<string>>();

  constructor(broker: TopicBroker, onError: (error: unknown) => void) {
    this.#broker = broker;
    this.#onError = onError;
  }

  /** Shows a socket. @throws SocketInputError for what JSON cannot carry or is too long */
  async enter(member: TopicMember, topic: string, info: unknown): Promise<void> {
    const presence = this.#presence();
    const plain = plainInfo(info);
    const shown = this.#shown.get(member) ?? new Set();
    this.#shown.set(member, shown);
    shown.add(topic);
    await presence.enter(topic, { id: member.id, info: plain });
    // It may have left while it entered.
    if (!shown.has(topic)) await presence.leave(topic, member.id);
  }

  /** Takes a socket away, if it was shown. */
  leave(member: TopicMember, topic: string): void {
    if (this.#shown.get(member)?.delete(topic) !== true) return;
    this.#broker.presence?.leave(topic, member.id).catch(this.#onError);
  }

  members(topic: string): Promise<readonly PresenceMember[]> {
    return this.#presence().members(topic);
  }

  watch(topic: string, onChange: (change: PresenceChange) => void): Promise<() => void> {
    return this.#presence().watch(topic, (change) => {
      try {
        onChange(change);
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  #presence(): TopicPresence {
    const { presence } = this.#broker;
    if (presence !== undefined) return presence;
    throw new WebSocketError('ERR_OXBOW_WS_NO_PRESENCE', 'This topic broker does not keep who is present.');
  }
}

/** What JSON makes of it: the same on every server. */
function plainInfo(info: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(info);
  } catch {
    text = undefined;
  }
  if (text === undefined)
    throw new SocketInputError('socket.join(): presence must be something JSON can carry.');
  if (text.length > MAX_PRESENCE_INFO_LENGTH) {
    throw new SocketInputError(
      `socket.join(): presence may have ${MAX_PRESENCE_INFO_LENGTH} characters of JSON; this has ${text.length}.`,
    );
  }
  return JSON.parse(text);
}
