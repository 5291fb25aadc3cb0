/** What a hot source wants to know of a consumer that is directly on it. */

/** What a hot source wants to know of a consumer directly on it; one object, since a server has a consumer for each connection. */
export interface ConsumerWatch<T> {
  /** The consumer leaves early: what it had not read, oldest first. */
  gaveBack(unread: readonly T[]): void;
  /** It has read something that waited in it. */
  tookQueued(): void;
  /** It has ended or left. */
  left(): void;
}
