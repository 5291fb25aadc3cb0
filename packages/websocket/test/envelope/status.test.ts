import { assert, suite } from '@oxbow/testkit';
import { StatusCallbacks } from '../../src/envelope/status.ts';

const test = suite('status callbacks');

test('hear every change in order, each added once taken off once', () => {
  const callbacks = new StatusCallbacks(() => {});
  const heard: string[] = [];
  const callback = (status: string) => heard.push(status);
  const off = callbacks.add(callback);
  callbacks.add(callback);
  callbacks.tell('open', { attempt: 0 });
  off();
  off();
  callbacks.tell('closed', { attempt: 0 });
  assert.equal(heard, ['open', 'open', 'closed']);
});

test('one that throws or rejects is told to the owner, and the others hear', async () => {
  const errors: string[] = [];
  const callbacks = new StatusCallbacks((error) => errors.push((error as Error).message));
  const heard: string[] = [];
  callbacks.add(() => {
    throw new Error('thrown');
  });
  callbacks.add((async () => {
    throw new Error('rejected');
  }) as never);
  callbacks.add((status) => heard.push(status));
  callbacks.tell('open', { attempt: 0 });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal([heard, errors], [['open'], ['thrown', 'rejected']]);
});

test.run();
