/** The intakes a stream feeds right now, for reports: a linked list, because most streams have one consumer or none. */
import { LinkedList } from '@oxbow/loop/structures';
import type { Intake } from './intake.ts';

export class LiveIntakes extends LinkedList<Intake<never>> {
  add(intake: Intake<never>): void {
    this.unshift(intake);
  }

  /** Takes an intake off the list; nothing happens when it is not on it. */
  delete(intake: Intake<never>): void {
    this.remove(intake);
  }

  /** The newest first. */
  *[Symbol.iterator](): Generator<Intake<never>> {
    for (let intake = this.first; intake !== undefined; intake = intake.nextLinked) yield intake;
  }
}
