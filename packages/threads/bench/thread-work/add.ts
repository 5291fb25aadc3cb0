// What bench/thread-call.bench.ts calls in a worker.

import { transfer } from '@oxbow/threads';

export function add(a: number, b: number): number {
  return a + b;
}

export function bounce(bytes: Uint8Array): Uint8Array {
  return transfer(bytes);
}

export function length(bytes: Uint8Array): number {
  return bytes.length;
}

/** Keeps a sum. */
export class Sum {
  #sum = 0;

  add(n: number): number {
    this.#sum += n;
    return this.#sum;
  }
}
