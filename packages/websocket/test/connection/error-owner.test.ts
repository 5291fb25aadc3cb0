import { assert, suite } from '@oxbow/testkit';
import { errorOwner } from '../../src/connection/error-owner.ts';

const test = suite('the owner of errors');

test('is told, and never throws: what it throws itself is printed', async () => {
  const printed: string[] = [];
  const print = console.error;
  console.error = (error: Error) => void printed.push(error.message);
  try {
    const told: unknown[] = [];
    errorOwner((error) => told.push(error))(1);
    assert.equal(told, [1]);
    errorOwner(() => {
      throw new Error('second');
    })(new Error('first'));
    errorOwner(async () => {
      throw new Error('late');
    })(new Error('first'));
    errorOwner(undefined)(new Error('plain'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(printed, ['second', 'first', 'plain', 'late']);
  } finally {
    console.error = print;
  }
});

test.run();
