// Which id stands for which field names in the stream being written. The names of an object are followed through a tree, one step a
// name; a step remembers the name that came last, so objects of few shapes cost one comparison a field.
import { FIRST_RECORD_ID, RECORD_IDS } from './tokens.ts';

/** A place in the tree: the names on the way here, in their order. */
class RecordPlace {
  /** The record id of an object with just these names, or 0 when none was given. */
  id = 0;
  #lastName: string | undefined;
  #lastPlace: RecordPlace | undefined;
  #places: Map<string, RecordPlace> | undefined;

  /** The place one name on, if any object went there. */
  step(name: string): RecordPlace | undefined {
    if (name === this.#lastName) return this.#lastPlace;
    const place = this.#places?.get(name);
    if (place === undefined) return undefined;
    this.#lastName = name;
    this.#lastPlace = place;
    return place;
  }

  /** The place one name on, made if need be. */
  grow(name: string): RecordPlace {
    let place = this.step(name);
    if (place === undefined) {
      place = new RecordPlace();
      this.#places ??= new Map();
      this.#places.set(name, place);
    }
    return place;
  }
}

/** The ids of one stream. When all are given away it starts anew, so it holds 64 shapes at most. */
export class RecordIds {
  #root = new RecordPlace();
  #next = FIRST_RECORD_ID;

  /** The id of an object with these names, or 0 when it was not defined. */
  find(names: readonly string[]): number {
    let place: RecordPlace | undefined = this.#root;
    for (let index = 0; index < names.length; index++) {
      place = place.step(names[index]!);
      if (place === undefined) return 0;
    }
    return place.id;
  }

  /** A new id for these names; the definition is to be written. */
  define(names: readonly string[]): number {
    if (this.#next === FIRST_RECORD_ID + RECORD_IDS) this.forget();
    let place = this.#root;
    for (const name of names) place = place.grow(name);
    place.id = this.#next++;
    return place.id;
  }

  /** Forgets all ids: every definition is written again as it comes up. */
  forget(): void {
    this.#root = new RecordPlace();
    this.#next = FIRST_RECORD_ID;
  }
}
