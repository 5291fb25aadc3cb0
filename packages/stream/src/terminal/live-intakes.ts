/** The intakes a stream feeds right now, for reports: a linked list, because most streams have one consumer or none. */
import type { Intake } from './intake.ts';

export class LiveIntakes {
  #first: Intake<never> | undefined;

  add(intake: Intake<never>): void {
    intake.nextLive = this.#first;
    if (this.#first !== undefined) this.#first.previousLive = intake;
    this.#first = intake;
  }

  /** Takes an intake off the list; nothing happens when it is not on it. */
  delete(intake: Intake<never>): void {
    const { nextLive, previousLive } = intake;
    if (this.#first === intake) this.#first = nextLive;
    if (previousLive !== undefined) previousLive.nextLive = nextLive;
    if (nextLive !== undefined) nextLive.previousLive = previousLive;
    intake.nextLive = undefined;
    intake.previousLive = undefined;
  }

  /** The newest first. */
  *[Symbol.iterator](): Generator<Intake<never>> {
    for (let intake = this.#first; intake !== undefined; intake = intake.nextLive) yield intake;
  }
}
