// How the fields of one record become an object: set one after the other at first, and by a function made for the record once it keeps
// coming, where functions may be made.
import {
  type BuildRecord,
  type FieldKind,
  type FieldSource,
  kindOf,
  recordBuilders,
} from './record-builder.ts';

/** Records read one field after the other before a function is made: a dictionary's record rarely comes back at all. */
const READS_BEFORE_BUILDER = 8;

/** Reads the records of one definition. */
export class RecordReader {
  readonly #names: readonly string[];
  /** What each field held so far: the last kind that was seen of it. */
  readonly #kinds: FieldKind[];
  #build: BuildRecord | undefined;
  #reads = 0;

  /** @param names the fields in their order; `__proto__` must not be among them */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#kinds = names.map(() => 'any');
  }

  get fields(): number {
    return this.#names.length;
  }

  /** A record whose fields are the next values of `source`, each `depth` containers down. */
  read(source: FieldSource, depth: number): object {
    return this.#build === undefined ? this.#readEach(source, depth) : this.#build(source, depth);
  }

  #readEach(source: FieldSource, depth: number): object {
    const record: Record<string, unknown> = {};
    const isLearning = this.#reads < READS_BEFORE_BUILDER;
    for (let index = 0; index < this.#names.length; index++) {
      const value = source.read(depth);
      record[this.#names[index]!] = value;
      if (!isLearning) continue;
      const kind = kindOf(value);
      if (kind !== 'any') this.#kinds[index] = kind;
    }
    if (isLearning && ++this.#reads === READS_BEFORE_BUILDER) {
      this.#build = recordBuilders.builderOf(this.#names, this.#kinds);
    }
    return record;
  }
}
