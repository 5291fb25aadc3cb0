import { assert, suite } from '@oxbow/testkit';
import { hasAbortListeners } from '../../src/host/abort-listeners.ts';

const test = suite('who listens to a signal');

test('a listener counts until it is taken off', () => {
  const { signal } = new AbortController();
  const listener = (): void => {};
  assert.is(hasAbortListeners(signal), false);
  signal.addEventListener('abort', listener);
  assert.is(hasAbortListeners(signal), true);
  signal.removeEventListener('abort', listener);
  assert.is(hasAbortListeners(signal), false);
});

test.run();
