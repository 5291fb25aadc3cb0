import { assert, suite } from '@oxbow/testkit';
import { checkEncodedSize } from '../src/errors.ts';
import { CodecError, DecodeError, EncodeError, FrameTooLargeError, OptionError } from '../src/index.ts';
import { errorOf } from './feed.ts';

const test = suite('errors');

test('the tree: every error is a CodecError with a code, a name and its fields', () => {
  const cause = new Error('why');
  const decode = new DecodeError('ERR_OXBOW_CODEC_INVALID_JSON', 'bad', { offset: 3, line: 2, cause });
  const tooLarge = new FrameTooLargeError('big', { offset: 1, limitBytes: 4, actualBytes: 5 });
  const encode = new EncodeError('ERR_OXBOW_CODEC_UNENCODABLE', 'no', { path: '$.a', cause });
  const option = new OptionError('ERR_OXBOW_UNKNOWN_OPTION', 'no', 'x');
  for (const error of [decode, tooLarge, encode, option]) {
    assert.instance(error, CodecError);
    assert.instance(error, Error);
    assert.is(error.name, error.constructor.name);
    assert.match(error.code, /^ERR_OXBOW_/);
  }
  assert.instance(tooLarge, DecodeError);
  assert.is(tooLarge.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  assert.equal([decode.offset, decode.line, decode.cause, decode.decoded], [3, 2, cause, []]);
  assert.equal([tooLarge.limitBytes, tooLarge.actualBytes, tooLarge.line], [4, 5, undefined]);
  assert.equal([encode.path, encode.cause, encode.limitBytes], ['$.a', cause, undefined]);
  assert.not.ok('cause' in tooLarge);
  assert.is(option.option, 'x');
});

test('a size at its limit passes, one past it does not', () => {
  checkEncodedSize('x(): the value', 'maxBytes', 5, 5);
  const error = errorOf(() => checkEncodedSize('x(): the value', 'maxBytes', 6, 5));
  assert.is(error.message, 'x(): the value takes 6 bytes, maxBytes is 5');
});

test.run();
