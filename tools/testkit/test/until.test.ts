import { assert, suite, until } from '@oxbow/testkit';

const test = suite('until');

test('gives what the fact gave, at once when it is true already', async () => {
  let looks = 0;
  const found = await until('something', () => {
    looks += 1;
    return 'found';
  });
  assert.equal([found, looks], ['found', 1]);
});

test('looks again until the fact is true, promises included', async () => {
  let looks = 0;
  assert.is(await until('the third look', async () => ++looks === 3 && looks), 3);
});

test('passes on what the fact throws', async () => {
  let message = '';
  await until('never', () => {
    throw new Error('no such file');
  }).catch((error: Error) => (message = error.message));
  assert.is(message, 'no such file');
});

test.run();
