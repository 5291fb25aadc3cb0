import { assert, suite } from '@oxbow/testkit';
import { MSGPACK_DEFAULTS, MsgpackParts } from '../../src/msgpack/msgpack-options.ts';
import { errorOf } from '../feed.ts';

const test = suite('MsgpackParts');

test('the defaults: 1 MiB, 100 levels, Dates, bigints', () => {
  assert.equal(MSGPACK_DEFAULTS, {
    maxFrameBytes: 1_048_576,
    maxDepth: 100,
    extensions: ['timestamp'],
    int64: 'bigint',
  });
});

test('both ends of each range are taken, one past them is not', () => {
  for (const good of [{ maxFrameBytes: 1 }, { maxFrameBytes: 2 ** 30 }, { maxDepth: 1 }, { maxDepth: 500 }]) {
    new MsgpackParts('x()', good, 'stream');
  }
  for (const bad of [
    { maxFrameBytes: 0 },
    { maxFrameBytes: 2 ** 30 + 1 },
    { maxDepth: 0 },
    { maxDepth: 501 },
  ]) {
    assert.is(errorOf(() => new MsgpackParts('x()', bad, 'stream')).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
  }
});

test('a packed value of maxFrameBytes passes, one byte more does not', () => {
  const parts = new MsgpackParts('x()', { maxFrameBytes: 5 }, 'self-contained');
  assert.is(parts.messagePacker().message('éé', 0).length, 5);
  const error = errorOf(() => parts.messagePacker().message('ééa', 0)) as unknown as {
    limitBytes: number;
    actualBytes: number;
  };
  assert.equal([error.limitBytes, error.actualBytes], [5, 6]);
});

test.run();
