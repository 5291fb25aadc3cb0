import { assert, suite } from '@oxbow/testkit';
import { ExtensionWhitelist } from '../../src/msgpack/extensions.ts';
import { MessagePacker } from '../../src/msgpack/message-packer.ts';
import { createPacker } from '../../src/msgpack/packing.ts';
import { ValueGuard } from '../../src/msgpack/value-guard.ts';
import { errorOf, hex } from '../feed.ts';

function packerFor(maxFrameBytes: number): MessagePacker {
  const extensions = new ExtensionWhitelist('x()', []);
  const limits = { where: 'x()', maxDepth: 5, maxFrameBytes };
  return new MessagePacker({
    ...limits,
    guard: new ValueGuard({ ...limits, extensions }),
    packer: createPacker({ extensions, records: 'shared', int64: 'bigint' }),
  });
}

const test = suite('MessagePacker');

test('a record is defined where it first occurs', () => {
  const packer = packerFor(1000);
  assert.equal(packer.message({ a: 1 }, 0), hex('d4724091a16101'));
  assert.equal(packer.message({ a: 1 }, 0), hex('4001'));
});

test('a value of maxFrameBytes passes, one byte more is refused with its size', () => {
  const packer = packerFor(10);
  assert.is(packer.message('a'.repeat(9), 2).length, 12);
  const error = errorOf(() => packer.message('é'.repeat(5), 2)) as { code: string; actualBytes?: number };
  assert.is(error.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  assert.is(error.actualBytes, 11);
});

test('what was defined in a refused value is defined again', () => {
  const packer = packerFor(1000);
  assert.is(errorOf(() => packer.message({ a: () => 1 }, 0)).path, '$.a');
  assert.equal(packer.message({ a: 1 }, 0), hex('d4724091a16101'));
});

test.run();
