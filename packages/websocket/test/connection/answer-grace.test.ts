import { EventLoop } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { AnswerGrace, MAX_GRACE_TURNS } from '../../src/connection/answer-grace.ts';

const test = suite('the turns an end waits for answers');

const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

test('ends once nothing more is sent', async () => {
  let sent = 0;
  const grace = new AnswerGrace(new EventLoop(), () => sent);
  const ended = new Promise<number>((resolve) => grace.begin(() => resolve(sent)));
  sent = 1;
  assert.is(grace.isWaiting, true);
  assert.is(await ended, 1);
  assert.is(grace.isWaiting, false);
});

test('a handler that answers for ever does not hold it up for ever', async () => {
  let asked = 0;
  const grace = new AnswerGrace(new EventLoop(), () => (asked += 1));
  await new Promise<void>((resolve) => grace.begin(resolve));
  assert.ok(asked >= MAX_GRACE_TURNS && asked <= MAX_GRACE_TURNS + 3, `${asked} turns`);
});

test('ends at once when told, and only once', async () => {
  let ends = 0;
  const grace = new AnswerGrace(new EventLoop(), () => 0);
  grace.begin(() => {
    ends += 1;
  });
  grace.now();
  grace.now();
  for (let i = 0; i < 5; i += 1) await turn();
  assert.is(ends, 1);
});

test.run();
