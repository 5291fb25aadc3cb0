/** The work of one job, in a form that threads and processes can be given: waiting, and computing so much. */
import { setTimeout } from 'node:timers/promises';

let sink = 0;

/** Computes for so many rounds; a round takes some nanoseconds. */
export function compute(rounds: number): number {
  let value = sink | 1;
  for (let round = 0; round < rounds; round++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  sink = value;
  return value;
}

/** Waits, then computes: a whole job, for a worker. */
export async function job(waitMs: number, rounds: number): Promise<void> {
  if (waitMs > 0) await setTimeout(waitMs);
  compute(rounds);
}

/** How many rounds take a millisecond here, as far as that can be told: the fastest of some trials counts. */
export function roundsPerMs(): number {
  const rounds = 500_000;
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < 8; trial++) {
    const started = performance.now();
    compute(rounds);
    best = Math.min(best, performance.now() - started);
  }
  return rounds / best;
}
