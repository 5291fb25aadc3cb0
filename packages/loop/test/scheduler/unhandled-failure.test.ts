import { assert, suite } from '@oxbow/testkit';
import { reportToConsole } from '../../src/scheduler/unhandled-failure.ts';

const test = suite('reportToConsole');

test('says on standard error what failed, with its name where it has one, and the error itself', () => {
  const said: unknown[][] = [];
  const before = console.error;
  console.error = (...words: unknown[]) => said.push(words);
  const error = new Error('lost');
  try {
    reportToConsole({ message: 'A task failed', error, name: 'fetcher' });
    reportToConsole({ message: 'A callback failed', error, name: undefined });
  } finally {
    console.error = before;
  }
  assert.equal(said, [
    ['A task failed (fetcher):', error],
    ['A callback failed:', error],
  ]);
});

test.run();
