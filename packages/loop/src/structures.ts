/** The door for authors of packages: the data structures that Oxbow's packages share. They import nothing. */

export { ChangeSignal } from './structures/change-signal.ts';
export { Heap } from './structures/heap.ts';
export { type Linked, LinkedItem, LinkedList } from './structures/linked-list.ts';
export { RingBuffer } from './structures/ring-buffer.ts';
