/**
 * Keeps an object out of the reach of deep proxies. Vue's `reactive` hands out a proxy for every object it finds in another,
 * and a class that tells its parts by identity, or has `#private` members, does not survive that. A function is left as it
 * is. So what a stream, a channel or an iterator is made of is held by a function.
 */
export function heldApart<V>(value: V): () => V {
  return () => value;
}
