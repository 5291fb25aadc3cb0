/** What the threads do for their callers: as little as possible. The default export is for pools that know no names. */
import { transfer } from '@oxbow/threads';
import { move } from 'piscina';

export function add(a: number, b: number): number {
  return a + b;
}

/** Gives the buffer back, moved. */
export function giveBack(bytes: Uint8Array): Uint8Array {
  return transfer(bytes);
}

/** For pools with one argument: adds, or gives the buffer back, copied. */
export default function work(task: { readonly a: number; readonly b: number } | Uint8Array): unknown {
  return task instanceof Uint8Array ? task : task.a + task.b;
}

/** For piscina: gives the buffer back, moved. */
export function giveBackMoved(bytes: Uint8Array): unknown {
  return move(bytes);
}
