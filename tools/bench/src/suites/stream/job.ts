/** The job every library does on its items: add one, keep the even ones, add up. The same functions everywhere. */

/** Values of the per-item tables; sources that push emit this many in one macrotask. */
export const PER_TURN = 1000;

export const addOne = (value: number): number => value + 1;
export const isEven = (value: number): boolean => (value & 1) === 0;

/** Where sums go, so that no engine finds out that nobody looks at them. */
export const total: { value: number } = { value: 0 };

export const add = (value: number): void => {
  total.value += value;
};

/** The asynchronous step of `map-async`: settles in a microtask. */
export const later = async (value: number): Promise<number> => value + 1;

/** Calls `turn(first, count)` for all numbers below `length`, `PER_TURN` in each macrotask, then `done`. */
export function pushNumbers(
  length: number,
  turn: (first: number, count: number) => void,
  done: () => void,
): void {
  let first = 0;
  const go = (): void => {
    turn(first, Math.min(PER_TURN, length - first));
    first += PER_TURN;
    if (first < length) setImmediate(go);
    else done();
  };
  go();
}

/** The numbers below `length`. */
export function* numbers(length: number): Generator<number> {
  for (let i = 0; i < length; i++) yield i;
}
