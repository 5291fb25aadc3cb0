/**
 * A few pages of memory that all connections write their frames into, so that an idle connection holds none and a
 * busy process allocates none.
 *
 * The danger of shared memory is showing one peer the bytes of another. Two rules keep it away: a page comes back
 * only after the operating system has taken its bytes, and only the part written since it was taken is ever sent.
 */

/**
 * The size of a page, and the most small frames that leave in one write. Large enough that a system call costs little
 * for each byte, small enough that a peer that does not read holds no more than this on top of its budget.
 */
export const PAGE_BYTES = 32_768;

/** Pages there may be at a time: 1 MiB. A connection that finds none sends its frames as they are. */
export const MAX_PAGES = 32;

/** Lends pages. */
export class PagePool {
  readonly #allocate: (bytes: number) => Uint8Array;
  readonly #free: Uint8Array[] = [];
  #lent = 0;

  constructor(allocate: (bytes: number) => Uint8Array) {
    this.#allocate = allocate;
  }

  /** A page of `PAGE_BYTES` with anything in it; undefined when all are lent. */
  take(): Uint8Array | undefined {
    if (this.#lent === MAX_PAGES) return undefined;
    this.#lent += 1;
    return this.#free.pop() ?? this.#allocate(PAGE_BYTES);
  }

  /** Takes a page back that nobody will read any more. */
  give(page: Uint8Array): void {
    this.#lent -= 1;
    this.#free.push(page);
  }

  /** A lent page will not come back: somebody else reads it still. */
  lose(): void {
    this.#lent -= 1;
  }
}
