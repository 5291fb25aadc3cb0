import { assert, suite } from '@oxbow/testkit';
import { SocketInputError } from '../../src/errors.ts';
import { INBOUND_HIGH_WATER, toMessage, weighMessage } from '../../src/socket/message.ts';

const test = suite('message');

test('text and Uint8Arrays pass, other buffers become views of their bytes', () => {
  assert.is(toMessage('a'), 'a');
  const bytes = Buffer.from('abc');
  assert.is(toMessage(bytes), bytes);
  const memory = new ArrayBuffer(4);
  assert.is((toMessage(memory) as Uint8Array).buffer, memory);
  assert.equal([...(toMessage(new DataView(Uint8Array.of(1, 2, 3).buffer, 1)) as Uint8Array)], [2, 3]);
  assert.is((toMessage(new SharedArrayBuffer(2)) as Uint8Array).length, 2);
});

for (const bad of [undefined, null, 1, {}, ['a'], () => {}]) {
  test(`${String(bad)} is refused with a hint`, () => {
    assert.throws(
      () => toMessage(bad as never),
      (error: unknown) => error instanceof SocketInputError && error.message.includes('codec'),
    );
  });
}

test('weighs KiB, at least 1 and at most the whole buffer', () => {
  assert.is(weighMessage(''), 1);
  assert.is(weighMessage('x'.repeat(10_240)), 11);
  assert.is(weighMessage(new Uint8Array(10_000_000)), INBOUND_HIGH_WATER);
});

test.run();
