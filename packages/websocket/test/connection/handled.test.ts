import { assert, suite } from '@oxbow/testkit';
import { handled, rejected } from '../../src/connection/handled.ts';

const test = suite('handled');

test('a rejection nobody awaits is no unhandled one', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  void rejected(new Error('nobody looks'));
  void handled(Promise.reject(new Error('nobody looks')));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  process.off('unhandledRejection', note);
  assert.equal(unhandled, []);
});

test('who awaits it sees the error', async () => {
  const error = new Error('seen');
  assert.is(await rejected(error).catch((caught: unknown) => caught), error);
});

test.run();
