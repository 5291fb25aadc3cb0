import { assert, suite } from '@oxbow/testkit';
import { readableView, unpackMessage } from '../../src/msgpack/unpacking.ts';
import { errorOf } from '../feed.ts';

const test = suite('unpacking');

test('the view is the same bytes in another object, and no Buffer', () => {
  const chunk = Buffer.from([1, 2, 3]);
  const view = readableView(chunk);
  assert.is(view.buffer, chunk.buffer);
  assert.equal([...view], [1, 2, 3]);
  assert.not.ok(Buffer.isBuffer(view));
});

test('whatever is thrown is named with the offset, its cause kept', () => {
  const cause = new SyntaxError('bad pattern');
  const fail = (): never => {
    throw cause;
  };
  const error = errorOf(() => unpackMessage({ one: fail, many: undefined }, Uint8Array.of(1), 0, 1, 77));
  assert.equal([error.code, error.offset, error.cause], ['ERR_OXBOW_CODEC_INVALID_MSGPACK', 77, cause]);
});

test.run();
