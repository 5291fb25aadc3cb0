/**
 * What a broker and its host in another process say to each other, as plain values that JSON can carry. Knows no process.
 */
import type { Message } from '../envelope/envelope.ts';
import type { PresenceChange, TopicGap, TopicMessage } from '../topic/topic-broker.ts';

/** Marks our messages among others of the same channel. */
export const WIRE_NAME = 'oxbow:topics';

/** What a broker may ask. */
export type Call =
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'history'
  | 'enter'
  | 'leave'
  | 'members'
  | 'watch'
  | 'unwatch'
  | 'audience'
  | 'heard'
  | 'bye';

/** A question; `id` numbers it, and names the subscription or watch it begins. */
export interface Question {
  readonly wire: typeof WIRE_NAME;
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

/** An answer, or something that a subscription or watch tells. */
export type Told =
  | { readonly wire: typeof WIRE_NAME; readonly id: number; readonly value: unknown }
  | {
      readonly wire: typeof WIRE_NAME;
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string };
    }
  | { readonly wire: typeof WIRE_NAME; readonly about: number; readonly message: PlainMessage }
  | { readonly wire: typeof WIRE_NAME; readonly about: number; readonly gap: TopicGap }
  | { readonly wire: typeof WIRE_NAME; readonly about: number; readonly change: PresenceChange }
  /** How many hear it? Answered by the call `heard`, with the same number. */
  | { readonly wire: typeof WIRE_NAME; readonly about: number; readonly asked: number };

/** A way to another process; ordered. */
export interface BrokerPort {
  /** Sends; `sent` is called when the message has left this process. */
  send(message: object, sent?: () => void): void;
  /** Names the one listener. @returns what takes it off */
  listen(listener: { message(message: unknown): void; closed(): void }): () => void;
}

/** Text or bytes. */
export type PlainData = { readonly t: string } | { readonly b: string };

/** A topic's message with plain data. */
export type PlainMessage = Omit<TopicMessage, 'data'> & { readonly data: PlainData };

export function plainData(data: Message): PlainData {
  return typeof data === 'string'
    ? { t: data }
    : { b: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

export function dataOf(plain: PlainData): Message {
  return 't' in plain ? plain.t : new Uint8Array(Buffer.from(plain.b, 'base64'));
}

export function plainMessage(message: TopicMessage): PlainMessage {
  return { ...message, data: plainData(message.data) };
}

export function messageOf(plain: PlainMessage): TopicMessage {
  return { ...plain, data: dataOf(plain.data) };
}

/** About what a message holds while it waits to leave. */
export function bytesOf({ data }: PlainMessage): number {
  return 't' in data ? data.t.length * 2 : data.b.length;
}

/** Whether something that came is one of ours. */
export function isOurs(message: unknown): message is Question | Told {
  return (
    typeof message === 'object' && message !== null && (message as { wire?: unknown }).wire === WIRE_NAME
  );
}
