import { assert, suite } from '@oxbow/testkit';
import { suppress } from '../src/suppressed-error.ts';

const test = suite('suppress');

test('keeps both errors, with and without a SuppressedError of the platform', () => {
  const holder = globalThis as { SuppressedError?: unknown };
  const platform = holder.SuppressedError;
  const own = (): void => {
    const joined = suppress('late', 'early');
    assert.instance(joined, Error);
    assert.equal([joined.name, joined.error, joined.suppressed], ['SuppressedError', 'late', 'early']);
    assert.ok(joined.message.length > 0);
  };
  own();
  delete holder.SuppressedError;
  try {
    own();
  } finally {
    if (platform !== undefined) holder.SuppressedError = platform;
  }
});

test.run();
