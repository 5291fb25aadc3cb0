import { assert, suite } from '@oxbow/testkit';
import { checkpoint, createTask, Event, sleep } from '../../src/index.ts';
import { inBothForms, virtually } from '../forms.ts';

const test = suite('Event');

inBothForms(
  test,
  'set and cleared in one tick still wakes everybody who waits, in order',
  ['a', 'b'],
  async () => {
    const event = new Event();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      createTask(async () => {
        await event.wait();
        log.push(name);
      });
    }
    await checkpoint();
    event.set();
    event.clear();
    await sleep(1);
    return log;
  },
  function* () {
    const event = new Event();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      createTask(function* () {
        yield* event.wait();
        log.push(name);
      });
    }
    yield* checkpoint();
    event.set();
    event.clear();
    yield* sleep(1);
    return log;
  },
);

test('wait returns at once while it is set, and a cancelled waiter leaves', async () => {
  await virtually(async () => {
    const event = new Event();
    const waiting = createTask(async () => event.wait());
    await checkpoint();
    waiting.cancel();
    await checkpoint();
    assert.ok(waiting.cancelled);
    event.set();
    event.set();
    assert.ok(event.isSet);
    await event.wait();
    event.clear();
    assert.not(event.isSet);
  });
});

test.run();
