/** What one room looks like from here: its texts, those of ours that are still on their way, and who writes. Knows no element. */
import type { Said } from '../chat-message.ts';

/** Texts kept on the page; the server remembers as many. */
export const MAX_TEXTS = 500;
/** How long "is writing" stands after a sign of it, in milliseconds. */
export const TYPING_MS = 4000;

/** One line of the conversation. */
export type Line =
  | { readonly kind: 'said'; readonly said: Said }
  | { readonly kind: 'sending'; readonly id: string; readonly text: string }
  | { readonly kind: 'missing'; readonly count: number };

/** A conversation in one room at a time. */
export class Conversation {
  room = '';
  #lines: Line[] = [];
  #sending: { readonly id: string; readonly room: string; readonly text: string }[] = [];
  readonly #typing = new Map<string, number>();

  /** Goes to a room with what was said there before. */
  enter(room: string, history: readonly Said[]): void {
    this.room = room;
    this.#typing.clear();
    this.#lines = history.map((said) => ({ kind: 'said', said }));
    for (const { id } of history) this.#forget(id);
  }

  /** A text of ours is on its way. */
  sending(room: string, id: string, text: string): void {
    this.#sending.push({ room, id, text });
  }

  /** A text of ours was refused. */
  refused(id: string): void {
    this.#forget(id);
  }

  /** Somebody has said something. */
  said(said: Said): void {
    this.#forget(said.id);
    if (said.room !== this.room) return;
    this.#typing.delete(said.from);
    this.#add({ kind: 'said', said });
  }

  /** So many texts are lost to us. */
  missed(count: number): void {
    if (count > 0) this.#add({ kind: 'missing', count });
  }

  /** Somebody writes. */
  typing(room: string, from: string, nowMs: number): void {
    if (room === this.room) this.#typing.set(from, nowMs + TYPING_MS);
  }

  /** Who writes now, in words; empty when nobody does. */
  typingWords(nowMs: number): string {
    for (const [name, untilMs] of this.#typing) if (untilMs <= nowMs) this.#typing.delete(name);
    const names = [...this.#typing.keys()];
    if (names.length === 0) return '';
    if (names.length > 2) return `${names.length} people are writing…`;
    return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} writing…`;
  }

  /** All lines of the room, oldest first; what is on its way last. */
  lines(): readonly Line[] {
    const sending = this.#sending.filter(({ room }) => room === this.room);
    return [...this.#lines, ...sending.map(({ id, text }) => ({ kind: 'sending', id, text }) as const)];
  }

  #add(line: Line): void {
    this.#lines = [...this.#lines, line].slice(-MAX_TEXTS);
  }

  #forget(id: string): void {
    this.#sending = this.#sending.filter((sending) => sending.id !== id);
  }
}
