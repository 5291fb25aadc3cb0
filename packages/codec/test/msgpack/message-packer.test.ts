import { assert, suite } from '@oxbow/testkit';
import { ExtensionWhitelist } from '../../src/msgpack/extensions.ts';
import { MessagePacker } from '../../src/msgpack/message-packer.ts';
import { createPacker } from '../../src/msgpack/packing.ts';
import { ValueGuard } from '../../src/msgpack/value-guard.ts';
import { ValueWriter } from '../../src/msgpack/value-writer.ts';
import { errorOf, hex } from '../feed.ts';

function packerFor(maxFrameBytes: number): MessagePacker {
  const extensions = new ExtensionWhitelist('x()', []);
  const limits = { where: 'x()', maxDepth: 5, maxFrameBytes };
  return new MessagePacker({
    ...limits,
    writer: new ValueWriter({ ...limits, timestamps: false, records: true }),
    guard: new ValueGuard({ ...limits, extensions }),
    packer: createPacker({ extensions, records: 'shared', int64: 'bigint' }),
  });
}

/** The writer does not know the plain objects of another realm; guard and msgpackr do. */
const foreign = (fields: object): object => Object.assign(Object.create(Object.create(null)), fields);

const test = suite('MessagePacker');

test('each way defines a record again after the other has written', () => {
  const packer = packerFor(1000);
  const definition = hex('d4724091a16101');
  assert.equal(packer.message({ a: 1 }, 0), definition);
  assert.equal(packer.message({ a: 1 }, 0), hex('4001'));
  assert.equal(packer.message(foreign({ a: 1 }), 0), definition);
  assert.equal(packer.message(foreign({ a: 1 }), 0), definition);
  assert.equal(packer.message({ a: 1 }, 0), definition);
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
