/**
 * Requests that are on their way to a socket's reader. They are numbered as they are put into the stream; a reader takes
 * them in that order, so what the stream still holds tells which of them have been taken.
 */

/** A request's data that waits for the reader. */
interface UnreadRequest {
  /** How many messages had been put into the stream when this one was. */
  readonly place: number;
  readonly done: (isTaken: boolean) => void;
}

/** The requests of one socket that no reader has taken yet. */
export class UnreadRequests {
  #waiting: UnreadRequest[] = [];

  /** How many wait; at most as many as the stream holds. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Notes a request that was put into the stream. */
  add(place: number, done: (isTaken: boolean) => void): void {
    this.#waiting.push({ place, done });
  }

  /** Tells those among the first `taken` messages that they were taken. */
  taken(taken: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.place <= taken) this.#waiting.shift()!.done(true);
  }

  /** Nobody will read the others any more. */
  giveUp(): void {
    for (const { done } of this.#waiting.splice(0)) done(false);
  }
}
