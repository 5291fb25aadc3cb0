/**
 * Recognises URLs that a site makes without end: paths that repeat themselves, paths without bottom, and queries in every
 * combination. It sees URLs only; how deep and how many pages a host may give is the frontier's and the crawl's matter.
 */

/** When a URL is taken for a trap. */
export interface TrapLimits {
  /** Path segments a URL may have. Default 30. */
  readonly maxPathSegments: number;
  /** How often in a row a segment, or a sequence of them, may stand in a path: `/a/b/a/b` is twice. Default 2. */
  readonly maxSegmentRepeats: number;
  /** Different queries of one path that are followed. Default 1,000. */
  readonly maxQueriesPerPath: number;
  /** Orders of one set of query parameters that are followed. Default 2. */
  readonly maxQueryPermutations: number;
}

/** The limits a crawl starts with. */
export const DEFAULT_TRAP_LIMITS: TrapLimits = Object.freeze({
  maxPathSegments: 30,
  maxSegmentRepeats: 2,
  maxQueriesPerPath: 1000,
  maxQueryPermutations: 2,
});

/** Queries remembered, of all paths; the path seen first is forgotten first. Bounds the guard's memory to some 50 MB. */
const MAX_REMEMBERED_QUERIES = 200_000;

/** Tells traps from pages; remembers the queries it let pass. */
export class TrapGuard {
  readonly #limits: TrapLimits;
  /** By path: the queries let pass, and how many orders of each sorted query. */
  readonly #queries = new Map<string, { readonly seen: Set<string>; readonly orders: Map<string, number> }>();
  #remembered = 0;

  constructor(limits: Partial<TrapLimits> = {}) {
    this.#limits = { ...DEFAULT_TRAP_LIMITS, ...limits };
  }

  /** Why a canonical URL looks like a trap; undefined when it does not. A query that passes once passes always. */
  check(url: string): string | undefined {
    const question = url.indexOf('?');
    const path = question === -1 ? url : url.slice(0, question);
    const segments = path.split('/').slice(3);
    if (segments.at(-1) === '') segments.pop();
    const { maxPathSegments, maxSegmentRepeats } = this.#limits;
    if (segments.length > maxPathSegments) {
      return `its path has ${segments.length} segments, the limit is ${maxPathSegments}`;
    }
    if (repeats(segments, maxSegmentRepeats + 1)) {
      return `its path repeats itself more than ${maxSegmentRepeats} times in a row`;
    }
    return question === -1 ? undefined : this.#checkQuery(path, url.slice(question + 1));
  }

  #checkQuery(path: string, query: string): string | undefined {
    let known = this.#queries.get(path);
    if (known?.seen.has(query)) return undefined;
    const { maxQueriesPerPath, maxQueryPermutations } = this.#limits;
    if (known !== undefined && known.seen.size >= maxQueriesPerPath) {
      return `${maxQueriesPerPath} queries of its path are known, which is the limit`;
    }
    const sorted = query.split('&').sort().join('&');
    const orders = known?.orders.get(sorted) ?? 0;
    if (orders >= maxQueryPermutations) {
      return `its query is another order of one known in ${maxQueryPermutations} orders, which is the limit`;
    }
    if (known === undefined) {
      known = { seen: new Set(), orders: new Map() };
      this.#queries.set(path, known);
    }
    known.seen.add(query);
    known.orders.set(sorted, orders + 1);
    if (++this.#remembered > MAX_REMEMBERED_QUERIES) this.#forgetFirstPath();
    return undefined;
  }

  #forgetFirstPath(): void {
    const [path, { seen }] = this.#queries.entries().next().value!;
    this.#queries.delete(path);
    this.#remembered -= seen.size;
  }
}

/** True when some sequence of segments stands at least `times` times in a row. */
function repeats(segments: readonly string[], times: number): boolean {
  for (let period = 1; period * times <= segments.length; period++) {
    // A run of `period × (times − 1)` segments that equal the one a period before is a sequence standing `times` times.
    let run = 0;
    for (let index = period; index < segments.length; index++) {
      run = segments[index] === segments[index - period] ? run + 1 : 0;
      if (run >= period * (times - 1)) return true;
    }
  }
  return false;
}
