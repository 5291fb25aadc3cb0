/**
 * Messages on their way to a `for await`. A browser cannot be told to stop reading, so beyond a bound the oldest are
 * dropped and counted.
 */
import type { Message } from '../envelope/envelope.ts';
import { BrowserSocketError } from './browser-socket-error.ts';

/** Told, once, whether a message was taken by a reader or dropped. */
export type Done = (isTaken: boolean) => void;

interface Unread {
  readonly message: Message;
  readonly done: Done | undefined;
}

/** The reading side of a connection. */
export class Inbox {
  readonly #maxMessages: number;
  #unread: Unread[] = [];
  #dropped = 0;
  #isEnded = false;
  #isRead = false;
  #wake: (() => void) | undefined;

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** Messages dropped because nobody read them in time, exactly. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether somebody iterates. */
  get isRead(): boolean {
    return this.#isRead;
  }

  push(message: Message, done?: Done): void {
    if (this.#isEnded) return;
    this.#unread.push({ message, done });
    if (this.#unread.length > this.#maxMessages) {
      this.#unread.shift()?.done?.(false);
      this.#dropped += 1;
    }
    this.#tell();
  }

  /** Nothing more will come; what is unread can still be read. */
  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  /**
   * An iterator over the messages; one at a time. One that leaves takes nothing with it.
   *
   * @throws BrowserSocketError `ERR_OXBOW_WS_BUSY` at the first `next()` beside another iterator
   */
  async *read(): AsyncGenerator<Message, void, undefined> {
    if (this.#isRead)
      throw new BrowserSocketError(
        'ERR_OXBOW_WS_BUSY',
        'The messages are being read already, by another iterator.',
      );
    this.#isRead = true;
    try {
      for (;;) {
        while (this.#unread.length > 0) {
          const { message, done } = this.#unread.shift()!;
          done?.(true);
          yield message;
        }
        if (this.#isEnded) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#isRead = false;
    }
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
