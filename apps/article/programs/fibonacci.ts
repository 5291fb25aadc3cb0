// Work for the processor, for the programs that show where it runs best.

/** The n-th Fibonacci number, by the slowest way there is. */
export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
