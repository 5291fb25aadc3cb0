// How the fields of one record become an object. Where code may be generated, a record that keeps coming gets a function with an
// object literal in it, so that its objects are made in one step and share one hidden class; elsewhere the fields are set in turn.

/** Reads the next value of the message, `depth` containers down. */
export interface FieldSource {
  read(depth: number): unknown;
}

type BuildRecord = (source: FieldSource, depth: number) => object;

/** Records read one field after the other before a function is made: a dictionary's record rarely comes back at all. */
const READS_BEFORE_COMPILING = 8;

let mayCompile = true;

/** Reads the records of one definition. */
export class RecordReader {
  readonly #names: readonly string[];
  #build: BuildRecord | undefined;
  #reads = 0;

  /** @param names the fields in their order; `__proto__` must not be among them */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get fields(): number {
    return this.#names.length;
  }

  /** A record whose fields are the next values of `source`, each `depth` containers down. */
  read(source: FieldSource, depth: number): object {
    if (this.#build !== undefined) return this.#build(source, depth);
    if (++this.#reads > READS_BEFORE_COMPILING && mayCompile) this.#build = compile(this.#names);
    const record: Record<string, unknown> = {};
    for (const name of this.#names) record[name] = source.read(depth);
    return record;
  }
}

/** undefined where code generation from strings is forbidden; it is not tried again then. */
function compile(names: readonly string[]): BuildRecord | undefined {
  // A name stands in the code as a JSON string, which is a string literal whatever is in it.
  const fields = names.map((name) => `${JSON.stringify(name)}: source.read(depth)`);
  try {
    return new Function('source', 'depth', `return { ${fields.join(', ')} };`) as BuildRecord;
  } catch {
    mayCompile = false;
    return undefined;
  }
}
