/**
 * The time of day on a loop's clock: what dates in header fields are compared with. On the machine's clock it is the machine's; a virtual
 * clock begins at the real time and goes on from there by itself.
 */
import type { EventLoop } from '@oxbow/loop';

/** Of each loop on a clock of its own: the time of day at its 0. Those on the machine's clock are `undefined` here. */
const origins = new WeakMap<EventLoop, number | undefined>();

/** Whether a loop's clock is the machine's: its time lies between two looks at that. */
function isMachines(loop: EventLoop): boolean {
  const beforeMs = performance.now();
  const timeMs = loop.time();
  return timeMs >= beforeMs && timeMs <= performance.now();
}

/** Milliseconds since 1970. */
export function epochMsOf(loop: EventLoop): number {
  if (!origins.has(loop)) origins.set(loop, isMachines(loop) ? undefined : Date.now() - loop.time());
  const origin = origins.get(loop);
  // Not by its difference: the machine's clock stands still while the machine sleeps.
  return origin === undefined ? Date.now() : origin + loop.time();
}
