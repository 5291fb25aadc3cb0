// Measures alternatives in turn, round by round, so that what else the machine does meets them alike.

const ROUNDS = 7;

/** One thing to measure. */
export interface Contestant {
  readonly name: string;
  /** How many operations one call of `run` makes. */
  readonly operations: number;
  run(): PromiseLike<unknown>;
}

/** What was measured, in nanoseconds per operation. */
export interface Measured {
  readonly name: string;
  readonly medianNs: number;
  readonly lowestNs: number;
  readonly highestNs: number;
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Runs all contestants `ROUNDS` times after a warm-up, and prints a line for each with its ratio to the first. */
export async function measure(
  title: string,
  contestants: readonly Contestant[],
): Promise<readonly Measured[]> {
  const samples = contestants.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const startedMs = performance.now();
      await contestant.run();
      const ns = ((performance.now() - startedMs) * 1e6) / contestant.operations;
      if (round >= 0) samples[index]!.push(ns);
    }
  }
  const measured = contestants.map(({ name }, index) => {
    const sorted = samples[index]!.sort((a, b) => a - b);
    return { name, medianNs: median(sorted), lowestNs: sorted[0]!, highestNs: sorted.at(-1)! };
  });
  console.log(`${title} (${ROUNDS} rounds, node ${process.version}, ${process.platform} ${process.arch})`);
  for (const { name, medianNs, lowestNs, highestNs } of measured) {
    const ratio = medianNs / measured[0]!.medianNs;
    const range = `${lowestNs.toFixed(0)} to ${highestNs.toFixed(0)}`;
    console.log(
      `  ${name.padEnd(34)} ${medianNs.toFixed(0).padStart(7)} ns  (${range})  ${ratio.toFixed(2)}x`,
    );
  }
  return measured;
}
