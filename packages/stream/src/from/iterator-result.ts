/** What the language says of iterators, for those who call them without a `for … of`. */

/** @throws TypeError for what is no object, as every loop of the language does (ECMA-262 §7.4.8 IteratorStepValue) */
export function checkResult<R>(result: R): R {
  if (typeof result === 'object' ? result !== null : typeof result === 'function') return result;
  throw new TypeError(`An iterator's next() must give an object; got ${String(result)}.`);
}

/** @throws TypeError for what is no object, as every loop of the language does (ECMA-262 §7.4.3 GetIterator) */
export function checkIterator<I>(iterator: I): I {
  if (typeof iterator === 'object' ? iterator !== null : typeof iterator === 'function') return iterator;
  throw new TypeError(`An iterable must give an object as its iterator; got ${String(iterator)}.`);
}
