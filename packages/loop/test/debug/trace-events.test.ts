import { assert, suite } from '@oxbow/testkit';
import { type TraceEvent, TraceEvents } from '../../src/debug/trace-events.ts';

const test = suite("a trace's events");

const event = (atMs: number): TraceEvent => ({ kind: 'begin', atMs, task: 1 });
const times = (events: TraceEvents): number[] => events.list().map(({ atMs }) => atMs);

test('are kept in order up to the capacity', () => {
  const events = new TraceEvents(3);
  for (let count = 0; count < 3; count++) events.push(event(count));
  assert.equal([times(events), events.size, events.dropped], [[0, 1, 2], 3, 0]);
});

test('drop the oldest beyond it, and count them', () => {
  const events = new TraceEvents(3);
  for (let count = 0; count < 8; count++) events.push(event(count));
  assert.equal([times(events), events.size, events.dropped], [[5, 6, 7], 3, 5]);
});

test.run();
