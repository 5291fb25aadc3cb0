import { assert, suite } from '@oxbow/testkit';
import { WatchdogMemory } from '../../src/debug/watchdog-memory.ts';

const test = suite("the watchdog's memory");

test('shows the other side what one side writes', () => {
  const main = new WatchdogMemory();
  const thread = new WatchdogMemory(main.buffer);
  main.aliveAtMs = 12.5;
  main.beatMs = 20;
  main.slowCallbackMs = Number.POSITIVE_INFINITY;
  main.quiet = true;
  main.obstacle = 'permission';
  main.writeTurn(7, 'parser');
  thread.busy = true;
  assert.ok(main.busy);
  assert.equal(
    [thread.aliveAtMs, thread.beatMs, thread.slowCallbackMs, thread.quiet, thread.obstacle],
    [12.5, 20, Number.POSITIVE_INFINITY, true, 'permission'],
  );
  assert.equal([thread.loop, thread.lastTask], [7, 'parser']);
});

test('knows callbacks, and keeps the first 64 characters of a name', () => {
  const main = new WatchdogMemory();
  const thread = new WatchdogMemory(main.buffer);
  main.writeTurn(1, 'a'.repeat(64));
  assert.is(thread.lastTask?.length, 64);
  main.writeTurn(1, 'b'.repeat(65));
  assert.is(thread.lastTask, 'b'.repeat(64));
  main.writeTurn(1, undefined);
  assert.is(thread.lastTask, undefined);
});

test.run();
