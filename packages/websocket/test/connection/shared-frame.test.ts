import { assert, suite } from '@oxbow/testkit';
import { type SharedDeflater, SharedFrame } from '../../src/connection/shared-frame.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Opcode } from '../../src/protocol/opcode.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { frame } from '../fixtures/wire.ts';

const test = suite('a message for many');

const made = (text: string) => new SharedFrame(new FrameWriter(bufferText), Opcode.TEXT, text);

test('is framed once', () => {
  const shared = made('hello');
  assert.equal(Uint8Array.from(shared.plain), frame(1, 'hello'));
  assert.is(shared.for(undefined), shared.plain);
});

test('is compressed once for each set of parameters, from the payload alone', () => {
  const calls: string[] = [];
  const deflater = (name: string): SharedDeflater => ({
    wants: (bytes) => bytes > 3,
    frame: (_writer, _opcode, payload) => {
      calls.push(`${name} ${Buffer.from(payload).toString()}`);
      return Uint8Array.of(1);
    },
  });
  const [first, second] = [deflater('first'), deflater('second')];
  const shared = made('hello');
  for (const each of [first, second, first, second]) assert.equal(shared.for(each), Uint8Array.of(1));
  assert.equal(calls, ['first hello', 'second hello']);
  assert.is(made('hey').for(first).length, 5, 'a short one travels as it is');
});

test('travels as it is where compressing does not help', () => {
  const shared = made('hello');
  const helpless: SharedDeflater = { wants: () => true, frame: () => undefined };
  assert.is(shared.for(helpless), shared.plain);
});

test.run();
