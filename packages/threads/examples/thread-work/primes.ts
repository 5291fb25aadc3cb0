// The functions that examples/thread-pool.ts runs in worker threads.

import { currentSignal } from '@oxbow/loop';
import { transfer } from '@oxbow/threads';

/** How many primes there are from `from` up to, not including, `to`. */
export function countPrimes(from: number, to: number): number {
  let count = 0;
  for (let candidate = Math.max(2, from); candidate < to; candidate++) if (isPrime(candidate)) count++;
  return count;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0) return false;
  return true;
}

/** Inverts a picture in place and moves it back. */
export function invert(pixels: Uint8Array): Uint8Array {
  for (let index = 0; index < pixels.length; index++) pixels[index]! ^= 0xff;
  return transfer(pixels);
}

/** Looks for something that does not exist, until it is told to stop. */
export function searchForEver(): never {
  const signal = currentSignal();
  for (;;) signal.throwIfAborted();
}
