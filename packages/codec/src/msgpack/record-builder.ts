// Functions that read one record: generated code with an object literal in it, so that the objects of a record are made in one step and share
// one hidden class.
//
// A function expects of each field the kind of value it had before. Reading a field is then a comparison or two and, for most values, nothing
// that leaves the function: the way to each value and back is most of what a message costs otherwise. A field of another kind is read by the
// source like any value, so an expectation that fails costs these comparisons and changes nothing.
//
// Functions are kept for the whole process, since they hold nothing of a stream: the next connection of the same peer finds them made,
// and what the engine has learned about them.
import type { StringReader } from './string-reader.ts';
import { FIRST_RECORD_ID, RECORD_IDS } from './tokens.ts';

/** A message being read. Positions are in the chunk; once the message is given up, `at` is beyond `end` and stays there. */
export interface FieldSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly strings: StringReader;
  readonly end: number;
  at: number;
  /** Reads the next value, `depth` containers down. */
  read(depth: number): unknown;
  /** The same for the record with this id, less {@link FIRST_RECORD_ID}, whose token was read. */
  record(id: number, depth: number): unknown;
  /** The same for an array of so many items, whose token was read. */
  array(length: number, depth: number): unknown;
}

/** Reads a record whose fields are the next values of `source`, each `depth` containers down. */
export type BuildRecord = (source: FieldSource, depth: number) => object;

/** What a field is expected to hold. */
export type FieldKind = 'any' | 'number' | 'string' | 'boolean' | 'array' | 'record';

/** The kind of `value`. */
export function kindOf(value: unknown): FieldKind {
  const type = typeof value;
  if (type === 'number' || type === 'string' || type === 'boolean') return type;
  if (type !== 'object' || value === null) return 'any';
  if (Array.isArray(value)) return 'array';
  return Object.getPrototypeOf(value) === Object.prototype ? 'record' : 'any';
}

/**
 * For each kind, code that reads the value `VALUE` with the token `t` at position `at`, ending in `else` for all other tokens. Nothing of the message's
 * next value is read before the length has been compared with `end`.
 */
const READING: Readonly<Record<FieldKind, string>> = Object.freeze({
  any: '',
  number: `
if (t < 0x40) { VALUE = t; at++; }
else if (t === 0xcb && at + 9 <= end) { VALUE = view.getFloat64(at + 1); at += 9; }
else if (t === 0xcc && at + 2 <= end) { VALUE = bytes[at + 1]; at += 2; }
else if (t === 0xcd && at + 3 <= end) { VALUE = view.getUint16(at + 1); at += 3; }
else`,
  string: `
if (t >= 0xa0 && t < 0xc0 && at + t - 0x9f <= end) { VALUE = strings.read(at + 1, at + t - 0x9f); at += t - 0x9f; }
else if (t === 0xd9 && at + 2 + bytes[at + 1] <= end) { VALUE = strings.read(at + 2, at + 2 + bytes[at + 1]); at += 2 + bytes[at + 1]; }
else`,
  boolean: `
if (t === 0xc2 || t === 0xc3) { VALUE = t === 0xc3; at++; }
else`,
  array: `
if (t >= 0x90 && t < 0xa0) { source.at = at + 1; VALUE = source.array(t & 0x0f, depth); at = source.at; }
else`,
  record: `
if (t >= ${FIRST_RECORD_ID} && t < ${FIRST_RECORD_ID + RECORD_IDS}) { source.at = at + 1; VALUE = source.record(t - ${FIRST_RECORD_ID}, depth); at = source.at; }
else`,
});

const READ_ANY = ' { source.at = at; VALUE = source.read(depth); at = source.at; }';

/** The code of a function with the parameters `source` and `depth`. */
function codeOf(names: readonly string[], kinds: readonly FieldKind[]): string {
  const readings = names.map((_, index) => {
    const reading = `let VALUE; t = bytes[at];${READING[kinds[index]!]}${READ_ANY}\n`;
    return reading.replaceAll('VALUE', `v${index}`);
  });
  // A name stands in the code as a JSON string, which is a string literal whatever is in it.
  const fields = names.map((name, index) => `${JSON.stringify(name)}: v${index}`);
  return `const { bytes, view, strings, end } = source;
let at = source.at, t = 0;
${readings.join('')}source.at = at;
return { ${fields.join(', ')} };`;
}

/** The most characters of code kept in total; a field takes 60 to 400 of them, so that is a thousand records of common size. */
const KEPT_CODE_UNITS: number = 2 ** 21;

interface Made {
  readonly build: BuildRecord;
  readonly codeUnits: number;
}

/** Makes functions, and keeps those it has made up to a limit. */
export class RecordBuilders {
  readonly #limitUnits: number;
  readonly #made = new Map<string, Made>();
  #units = 0;
  #isForbidden = false;

  /** @param limitUnits the most characters of code to keep */
  constructor(limitUnits: number = KEPT_CODE_UNITS) {
    this.#limitUnits = limitUnits;
  }

  /** Characters of code kept. */
  get codeUnits(): number {
    return this.#units;
  }

  /**
   * The function for a record with these fields. undefined where code generation from strings is forbidden; it is not tried again then.
   *
   * @param names `__proto__` must not be among them
   */
  builderOf(names: readonly string[], kinds: readonly FieldKind[]): BuildRecord | undefined {
    if (this.#isForbidden) return undefined;
    const key = JSON.stringify([kinds, names]);
    const known = this.#made.get(key);
    if (known !== undefined) return known.build;
    const code = codeOf(names, kinds);
    try {
      const build = new Function('source', 'depth', code) as BuildRecord;
      this.#keep(key, { build, codeUnits: code.length });
      return build;
    } catch {
      this.#isForbidden = true;
      return undefined;
    }
  }

  /** Those made first are forgotten when it is too much; who has one goes on using it. */
  #keep(key: string, made: Made): void {
    this.#made.set(key, made);
    this.#units += made.codeUnits;
    for (const [oldest, { codeUnits }] of this.#made) {
      if (this.#units <= this.#limitUnits) break;
      this.#made.delete(oldest);
      this.#units -= codeUnits;
    }
  }
}

/** The functions of this process. */
export const recordBuilders: RecordBuilders = new RecordBuilders();
