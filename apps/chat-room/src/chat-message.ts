/**
 * What travels between the chat room and its pages, as msgpack messages. Both sides import this file: what one may send the other
 * reads, and nothing here touches a socket or an element.
 */

/** The rooms that are there from the start. */
export const FIRST_ROOMS: readonly string[] = ['lobby', 'garden', 'workshop'];
/** Characters of one text. */
export const MAX_TEXT_CHARACTERS = 2000;
/** Characters of a name, and of a room's name. */
export const MAX_NAME_CHARACTERS = 30;
/** Characters of a text's id. */
const MAX_ID_CHARACTERS = 64;

/** The ways a server may treat a reader that is too slow. */
export const POLICIES = ['drop-oldest', 'drop-newest', 'latest', 'pause', 'close'] as const;
/** One of them. */
export type Policy = (typeof POLICIES)[number];

/** One text as everybody gets it. */
export interface Said {
  readonly kind: 'said';
  readonly room: string;
  /** The name its author gave it, by which a repeated one is known. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly at: number;
}

/** Somebody writes. */
export interface Typing {
  readonly kind: 'typing';
  readonly room: string;
  readonly from: string;
}

/** Who is in a room. */
export interface People {
  readonly kind: 'people';
  readonly room: string;
  /** Each name once; at most `MAX_LISTED_PEOPLE`. */
  readonly names: readonly string[];
  readonly count: number;
}

/** All rooms, and how many are in each. */
export interface Rooms {
  readonly kind: 'rooms';
  readonly rooms: readonly (readonly [name: string, people: number])[];
}

/** What the simulated members do. */
export interface LoadFigures {
  readonly members: number;
  readonly connected: number;
  readonly said: number;
  readonly received: number;
  /** Messages that members found missing, exactly. */
  readonly missed: number;
  /** From the server taking a text to a member reading it, in milliseconds. */
  readonly medianMs: number;
  readonly worstMs: number;
}

/** One of the two readers. */
export interface ReaderFigures {
  readonly received: number;
  /** Messages the server dropped for it. */
  readonly dropped: number;
  /** Messages it found missing, by their positions. */
  readonly missed: number;
  /** Bytes that wait for it in the server. */
  readonly waitingBytes: number;
  /** How often its connection was closed for being too slow. */
  readonly closed: number;
}

/** The two readers of one topic. */
export interface RaceFigures {
  readonly policy: Policy;
  readonly published: number;
  readonly fast: ReaderFigures;
  readonly slow: ReaderFigures;
}

/** What goes on beside the talking. */
export interface Figures {
  readonly kind: 'figures';
  /** The server process that this connection leads to. */
  readonly process: { readonly pid: number; readonly mayBeKilled: boolean };
  readonly restarts: number;
  readonly load: LoadFigures | null;
  readonly race: RaceFigures | null;
}

/** Server to page. */
export type ChatMessage = Said | Typing | People | Rooms | Figures;

/** Page to server. `enter` and `say` are requests and get a {@link Reply}; the rest are messages. */
export type ChatRequest =
  | { readonly kind: 'enter'; readonly room: string; readonly isBack: boolean }
  | { readonly kind: 'say'; readonly room: string; readonly id: string; readonly text: string }
  | { readonly kind: 'typing'; readonly room: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'race'; readonly policy: Policy | null };

/** What a request is answered with. */
export interface Reply {
  /** Why it was not done, in words. */
  readonly refused?: string;
  /** After `enter`: what was said before, oldest first. */
  readonly history?: readonly Said[];
}

/** What is wrong with the name of a person, or undefined. */
export function faultOfName(name: string): string | undefined {
  if (name.trim() === '') return 'a name has at least one character';
  if (name.length > MAX_NAME_CHARACTERS)
    return `a name has at most ${MAX_NAME_CHARACTERS} characters, not ${name.length}`;
  return undefined;
}

/** What is wrong with the name of a room, or undefined. */
export function faultOfRoom(room: string): string | undefined {
  if (room.length <= MAX_NAME_CHARACTERS && /^[\p{L}\p{N}][\p{L}\p{N}-]*$/u.test(room)) return undefined;
  return `a room's name is letters, digits and hyphens, at most ${MAX_NAME_CHARACTERS} of them`;
}

/** What is wrong with a text, or undefined. */
export function faultOfText(text: string): string | undefined {
  if (text.trim() === '') return 'there is nothing to say';
  if (text.length > MAX_TEXT_CHARACTERS)
    return `a text has at most ${MAX_TEXT_CHARACTERS} characters, not ${text.length}`;
  return undefined;
}

/** The request in a decoded value; words when it is none. A stranger may have sent it. */
export function readRequest(value: unknown): ChatRequest | string {
  if (typeof value !== 'object' || value === null) return 'a request is a map';
  const { kind, room, id, text, isBack, policy } = value as Record<string, unknown>;
  if (kind === 'restart' || kind === 'kill') return { kind };
  if (kind === 'race') {
    const known = POLICIES.find((name) => name === policy);
    return known === undefined && policy !== null
      ? `a policy is one of ${POLICIES.join(', ')}`
      : { kind, policy: known ?? null };
  }
  if (typeof room !== 'string') return 'a room has a name';
  const roomFault = faultOfRoom(room);
  if (roomFault !== undefined) return roomFault;
  if (kind === 'enter') return { kind, room, isBack: isBack === true };
  if (kind === 'typing') return { kind, room };
  if (kind !== 'say') return 'a request is enter, say, typing, restart, kill or race';
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARACTERS) return 'a text has an id';
  if (typeof text !== 'string') return 'a text is a string';
  return faultOfText(text) ?? { kind, room, id, text };
}
