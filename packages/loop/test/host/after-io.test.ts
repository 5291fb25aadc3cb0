import { assert, suite } from '@oxbow/testkit';
import { afterIo, afterIoUnless, RoundCounter } from '../../src/host/after-io.ts';

const test = suite('after the host has looked for I/O');

test('callbacks come in the order in which they were given, after all promise callbacks', async () => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    afterIo(() => order.push('first'));
    afterIo(() => {
      order.push('second');
      resolve();
    });
    void Promise.resolve().then(() => order.push('promise'));
  });
  assert.equal(order, ['promise', 'first', 'second']);
});

test('one that was taken back does not come', async () => {
  const order: string[] = [];
  const undo = afterIoUnless(() => order.push('taken back'));
  undo();
  await new Promise<void>((resolve) => afterIo(() => resolve()));
  assert.equal(order, []);
});

test('a host that does not count its rounds is counted: a mark for each round in which somebody asks', () => {
  const marks: (() => void)[] = [];
  const counter = new RoundCounter((callback) => marks.push(callback));
  assert.is(counter.read(), 0);
  assert.is(counter.read(), 0);
  assert.is(marks.length, 1, 'one mark is enough');
  marks.shift()!();
  assert.is(counter.read(), 1);
  marks.shift()!();
  assert.is(marks.length, 0, 'without a question there is no mark');
  assert.is(counter.read(), 2);
});

test.run();
