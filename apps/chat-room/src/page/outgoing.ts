/** Texts on their way to the server, one after the other, each sent again until its answer came. The server knows a repeated one by its id. */

/** Texts that may wait here. */
export const MAX_WAITING_TEXTS = 50;

/** One text of ours. */
export interface OutgoingText {
  readonly room: string;
  readonly id: string;
  readonly text: string;
}

/** What it needs of the connection. */
export interface Carrier {
  /** Sends once. Resolves to why it was refused, or undefined when it was taken; rejects when no answer came. */
  say(text: OutgoingText): Promise<string | undefined>;
  /** Resolves when it is worth trying again; false when it never will be. */
  again(): Promise<boolean>;
  /** Told why a text will not be said. */
  refused(text: OutgoingText, why: string): void;
}

/** The queue. */
export class Outgoing {
  readonly #carrier: Carrier;
  readonly #waiting: OutgoingText[] = [];
  #isSending = false;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** Takes a text in, in order. @returns false when too many wait already */
  put(text: OutgoingText): boolean {
    if (this.#waiting.length >= MAX_WAITING_TEXTS) return false;
    this.#waiting.push(text);
    void this.#send();
    return true;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let text = this.#waiting[0]; text !== undefined; text = this.#waiting[0]) {
      try {
        const why = await this.#carrier.say(text);
        if (why !== undefined) this.#carrier.refused(text, why);
        this.#waiting.shift();
      } catch {
        if (!(await this.#carrier.again())) break;
      }
    }
    this.#isSending = false;
  }
}
