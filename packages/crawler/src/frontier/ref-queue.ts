/**
 * The queue of one host in four bytes for each URL: what waits is a place in a file. URLs of one priority and depth are a lane, first in,
 * first out. Lanes are kept in order, so that a queue is a heap of lanes as long as users give few priorities.
 *
 * Places come from one pool of blocks for all hosts, which grows by pieces and is used again: no queue ever moves what it holds.
 */
import { Heap } from '@oxbow/loop/structures';
import type { HostQueue, Scheduled } from './host-queue.ts';

/** Numbers of one block: the next block's, then the places. Small, because most hosts of a broad crawl have few URLs. */
const BLOCK_WORDS = 16;
/** Blocks taken at a time, as a power of two: 2¹⁴ blocks are 1 MiB. */
const PIECE_BITS = 14;
const PIECE_BLOCKS = 1 << PIECE_BITS;
const NONE = 0xffff_ffff;

/** Blocks of places, for any number of queues. */
export class RefPool {
  readonly #pieces: Uint32Array[] = [];
  #blocks = 0;
  #free = NONE;

  /** Bytes that the pool has taken. */
  get bytes(): number {
    return this.#pieces.length * PIECE_BLOCKS * BLOCK_WORDS * 4;
  }

  /** A block without a next one. */
  allocate(): number {
    let block = this.#free;
    if (block === NONE) {
      block = this.#blocks++;
      if (block >= this.#pieces.length * PIECE_BLOCKS)
        this.#pieces.push(new Uint32Array(PIECE_BLOCKS * BLOCK_WORDS));
    } else {
      this.#free = this.get(block, 0);
    }
    this.set(block, 0, NONE);
    return block;
  }

  free(block: number): void {
    this.set(block, 0, this.#free);
    this.#free = block;
  }

  get(block: number, word: number): number {
    return this.#pieces[block >>> PIECE_BITS]![(block & (PIECE_BLOCKS - 1)) * BLOCK_WORDS + word]!;
  }

  set(block: number, word: number, value: number): void {
    this.#pieces[block >>> PIECE_BITS]![(block & (PIECE_BLOCKS - 1)) * BLOCK_WORDS + word] = value;
  }
}

/** URLs of one priority and depth. */
class Lane {
  readonly priority: number;
  readonly depth: number;
  readonly #pool: RefPool;
  /** Those given back: they were taken before what is in the blocks. */
  #returned: Heap<number> | undefined;
  #first = NONE;
  #firstWord = 1;
  #last = NONE;
  #lastWord = BLOCK_WORDS;
  #lastId = -1;
  #size = 0;

  constructor(pool: RefPool, priority: number, depth: number) {
    this.#pool = pool;
    this.priority = priority;
    this.depth = depth;
  }

  get size(): number {
    return this.#size;
  }

  push(id: number): void {
    this.#size++;
    if (id < this.#lastId) {
      this.#returned ??= new Heap<number>((a, b) => a < b);
      this.#returned.push(id);
      return;
    }
    this.#lastId = id;
    if (this.#lastWord === BLOCK_WORDS) {
      const block = this.#pool.allocate();
      if (this.#last === NONE) {
        this.#first = block;
        this.#firstWord = 1;
      } else this.#pool.set(this.#last, 0, block);
      this.#last = block;
      this.#lastWord = 1;
    }
    this.#pool.set(this.#last, this.#lastWord++, id);
  }

  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const returned = this.#returned?.peek();
    const isEmpty = this.#first === NONE;
    if (returned !== undefined && (isEmpty || returned < this.#pool.get(this.#first, this.#firstWord)))
      return this.#returned!.pop();
    const id = this.#pool.get(this.#first, this.#firstWord++);
    this.#dropRead();
    return id;
  }

  #dropRead(): void {
    const isLast = this.#first === this.#last;
    if (this.#firstWord < (isLast ? this.#lastWord : BLOCK_WORDS)) return;
    const next = this.#pool.get(this.#first, 0);
    this.#pool.free(this.#first);
    this.#first = isLast ? NONE : next;
    this.#firstWord = 1;
    if (!isLast) return;
    this.#last = NONE;
    this.#lastWord = BLOCK_WORDS;
  }
}

/** A queue of places. */
export class RefQueue implements HostQueue<Scheduled> {
  readonly #pool: RefPool;
  /** In the order they are taken. Made anew with each lane: most queues have one, and room for more would cost more than the lane. */
  #ready: readonly Lane[] = NO_LANES;
  #held: readonly Lane[] = NO_LANES;
  #size = 0;
  #heldSize = 0;

  constructor(pool: RefPool) {
    this.#pool = pool;
  }

  get size(): number {
    return this.#size;
  }

  get held(): number {
    return this.#heldSize;
  }

  push({ id, priority, depth }: Scheduled): void {
    const at = placeIn(this.#ready, priority, depth);
    let lane = this.#ready[at];
    if (lane?.priority !== priority || lane.depth !== depth) {
      lane = new Lane(this.#pool, priority, depth);
      this.#ready = withLane(this.#ready, at, lane);
    }
    lane.push(id);
    this.#size++;
  }

  pop(): Scheduled | undefined {
    const lane = this.#ready[0];
    if (lane === undefined) return undefined;
    const id = lane.pop()!;
    if (lane.size === 0) this.#ready = this.#ready.length === 1 ? NO_LANES : this.#ready.slice(1);
    this.#size--;
    return { id, priority: lane.priority, depth: lane.depth };
  }

  hold({ id, priority, depth }: Scheduled): void {
    const at = placeIn(this.#held, priority, depth);
    let lane = this.#held[at];
    if (lane?.priority !== priority || lane.depth !== depth) {
      lane = new Lane(this.#pool, priority, depth);
      this.#held = withLane(this.#held, at, lane);
    }
    lane.push(id);
    this.#heldSize++;
  }

  release(depth: number): void {
    const held = this.#held;
    this.#held = held.filter((lane) => lane.depth > depth);
    for (const lane of held) {
      if (lane.depth > depth) continue;
      this.#heldSize -= lane.size;
      const at = placeIn(this.#ready, lane.priority, lane.depth);
      const there = this.#ready[at];
      if (there?.priority === lane.priority && there.depth === lane.depth) {
        const { priority } = lane;
        for (let id = lane.pop(); id !== undefined; id = lane.pop())
          this.push({ id, priority, depth: lane.depth });
      } else {
        this.#size += lane.size;
        this.#ready = withLane(this.#ready, at, lane);
      }
    }
  }

  /** Drops what is held and not wanted. Gives how many are left, by depth. */
  keepHeld(isWanted: (id: number) => boolean): ReadonlyMap<number, number> {
    const left = new Map<number, number>();
    const lanes = this.#held;
    this.#held = NO_LANES;
    this.#heldSize = 0;
    for (const lane of lanes) {
      for (let id = lane.pop(); id !== undefined; id = lane.pop()) {
        if (!isWanted(id)) continue;
        this.hold({ id, priority: lane.priority, depth: lane.depth });
        left.set(lane.depth, (left.get(lane.depth) ?? 0) + 1);
      }
    }
    return left;
  }
}

const NO_LANES: readonly Lane[] = Object.freeze([]);

/** Where the lane of a priority and depth stands, or belongs. */
function placeIn(lanes: readonly Lane[], priority: number, depth: number): number {
  let low = 0;
  let high = lanes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const lane = lanes[middle]!;
    if (lane.priority > priority || (lane.priority === priority && lane.depth < depth)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withLane(lanes: readonly Lane[], at: number, lane: Lane): readonly Lane[] {
  return lanes.length === 0 ? [lane] : [...lanes.slice(0, at), lane, ...lanes.slice(at)];
}
