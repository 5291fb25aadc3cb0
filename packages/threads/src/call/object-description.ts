/** What a worker says of the object it holds, so that the near side can have methods of the same names. */

/** An object in a worker. */
export interface ObjectDescription {
  readonly methods: readonly string[];
  /** Whether it is an EventEmitter, so that somebody can listen. */
  readonly emits: boolean;
}
