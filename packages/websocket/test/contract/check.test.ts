import { assert, suite } from '@oxbow/testkit';
import { ContractBrokenError, eventually, expectCode, expectEqual } from '../../src/contract/check.ts';

const test = suite('what contracts are made of');

const broken = async (check: () => unknown): Promise<string> => {
  try {
    await check();
  } catch (error) {
    assert.instance(error, ContractBrokenError);
    assert.is((error as ContractBrokenError).code, 'ERR_OXBOW_WS_CONTRACT_BROKEN');
    return (error as Error).message;
  }
  return 'kept';
};

test('values are equal when they are as JSON, bytes and undefined included', async () => {
  assert.is(await broken(() => expectEqual({ a: [1, undefined] }, { a: [1, undefined] }, 'x')), 'kept');
  assert.is(await broken(() => expectEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2), 'x')), 'kept');
  assert.is(
    await broken(() => expectEqual(Uint8Array.of(1), [1], 'the message')),
    'the message: expected [1], got {"bytes":[1]}',
  );
});

test('something that has to come is waited for', async () => {
  let looks = 0;
  assert.is(await broken(() => eventually(() => ++looks === 3, 'x')), 'kept');
  assert.is(looks, 3);
});

test('a rejection is known by its code', async () => {
  const refused = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'E_NO' }));
  assert.is(await broken(() => expectCode(refused(), 'E_NO', 'x')), 'kept');
  assert.is(await broken(() => expectCode(refused(), 'E_YES', 'x')), 'x: expected "E_YES", got "E_NO"');
  assert.match(await broken(() => expectCode(Promise.resolve(), 'E_NO', 'x')), 'got "no error"');
});

test.run();
