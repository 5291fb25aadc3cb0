/** The promise resolution procedure of Promises/A+ 2.3. */

/** Something that can be settled, once. */
export interface Settleable {
  fulfil(value: unknown): void;
  reject(error: unknown): void;
}

/** Promises/A+ 2.3: settles `op` with `value`, following it when it is a thenable, however that behaves. */
export function adopt(op: Settleable, value: unknown): void {
  if (value === op) {
    op.reject(new TypeError('A promise cannot be resolved with itself'));
    return;
  }
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    op.fulfil(value);
    return;
  }
  let called = false;
  try {
    // biome-ignore lint/suspicious/noExplicitAny: `then` is read once, whatever the object is (2.3.3.1)
    const then = (value as any).then;
    if (typeof then !== 'function') {
      op.fulfil(value);
      return;
    }
    then.call(
      value,
      (result: unknown) => {
        if (called) return;
        called = true;
        adopt(op, result);
      },
      (error: unknown) => {
        if (called) return;
        called = true;
        op.reject(error);
      },
    );
  } catch (error) {
    if (!called) op.reject(error);
  }
}
