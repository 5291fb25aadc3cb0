// A program that reads until Ctrl-C; cancel.ts starts it and interrupts it.
import { run } from '@oxbow/loop';
import { numbersFor } from './closing-source.ts';

await run(() =>
  numbersFor('Ctrl-C').forEach((number) => {
    if (number === 0) process.send?.('reading');
  }),
).catch(() => {});
