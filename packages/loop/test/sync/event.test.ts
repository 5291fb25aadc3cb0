import { assert, suite } from '@oxbow/testkit';
import { checkpoint, createTask, Event, sleep } from '../../src/index.ts';
import { eachForm, virtually } from '../forms.ts';

const test = suite('Event');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm('set and cleared in one tick still wakes everybody who waits, in order', ['a', 'b'], function* () {
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
});

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
