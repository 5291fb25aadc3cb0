/**
 * Feeding an incremental parser its input in every possible pair of pieces.
 */

/**
 * Calls `feed` once for every position at which `bytes` can be cut in two (the two ends included, so that a
 * parser also meets empty chunks), and once more with every byte as a chunk of its own. Each call should
 * build a fresh parser, feed it the chunks in order and assert the same result.
 *
 * The chunks are copies: a parser may keep or overwrite them. The cost is quadratic in the input's length;
 * some hundred bytes are plenty.
 *
 * @param bytes the whole input
 * @param feed gets the chunks in order, and the cut's position (`bytes.length + 1` for the byte-by-byte round);
 *   when it returns a promise, the rounds follow one another and `everySplit` returns a promise too
 * @throws what `feed` throws, with the cut named in front of its message
 */
export function everySplit(
  bytes: Uint8Array,
  feed: (chunks: readonly Uint8Array[], cut: number) => Promise<unknown>,
): Promise<void>;
export function everySplit(
  bytes: Uint8Array,
  feed: (chunks: readonly Uint8Array[], cut: number) => unknown,
): void;
export function everySplit(
  bytes: Uint8Array,
  feed: (chunks: readonly Uint8Array[], cut: number) => unknown,
): Promise<void> | void {
  return feedFrom(0);

  function feedFrom(first: number): Promise<void> | void {
    for (let cut = first; cut <= bytes.length + 1; cut += 1) {
      let fed: unknown;
      try {
        fed = feed(chunksAt(bytes, cut), cut);
      } catch (error) {
        throw nameCut(error, bytes, cut);
      }
      if (isThenable(fed)) {
        return Promise.resolve(fed).then(
          () => feedFrom(cut + 1),
          (error: unknown) => Promise.reject(nameCut(error, bytes, cut)),
        );
      }
    }
  }
}

function chunksAt(bytes: Uint8Array, cut: number): readonly Uint8Array[] {
  if (cut > bytes.length) return Array.from(bytes, (byte) => Uint8Array.of(byte));
  // Not slice(): on a Buffer that would be a view.
  return [new Uint8Array(bytes.subarray(0, cut)), new Uint8Array(bytes.subarray(cut))];
}

function nameCut(error: unknown, bytes: Uint8Array, cut: number): unknown {
  const where = cut > bytes.length ? 'fed byte by byte' : `cut at byte ${cut} of ${bytes.length}`;
  // The error itself is kept, not wrapped: an assertion carries the values to compare.
  if (error instanceof Error) error.message = `${where}: ${error.message}`;
  return error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
