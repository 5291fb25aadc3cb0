/**
 * What lives on a loop, in a list through the entries themselves: joining and leaving cost a few writes. It is no LinkedList,
 * which keeps its end and its size too: see ReadyQueue.
 */

/** Something that lives on a loop; the registry keeps the links. */
export interface Resident {
  nextResident: Resident | undefined;
  previousResident: Resident | undefined;
}

/** All that live, held strongly, the newest first. */
export class Registry {
  #newest: Resident | undefined = undefined;
  /** Told of each that leaves, while somebody waits for that. */
  onLeft: ((resident: Resident) => void) | undefined = undefined;

  add(resident: Resident): void {
    const newest = this.#newest;
    resident.nextResident = newest;
    if (newest !== undefined) newest.previousResident = resident;
    this.#newest = resident;
  }

  /** Call it once for each `add`. */
  remove(resident: Resident): void {
    const { nextResident, previousResident } = resident;
    if (previousResident === undefined) this.#newest = nextResident;
    else previousResident.nextResident = nextResident;
    if (nextResident !== undefined) nextResident.previousResident = previousResident;
    resident.nextResident = undefined;
    resident.previousResident = undefined;
    if (this.onLeft !== undefined) this.onLeft(resident);
  }

  /** The oldest first. */
  list(): Resident[] {
    const all: Resident[] = [];
    for (let resident = this.#newest; resident !== undefined; resident = resident.nextResident)
      all.push(resident);
    return all.reverse();
  }
}
