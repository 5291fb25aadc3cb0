import { assert, suite } from '@oxbow/testkit';
import { DecodeError } from '../src/errors.ts';
import { FailStopDecoder, requireBytes } from '../src/fail-stop-decoder.ts';
import { errorOf } from './feed.ts';

const test = suite('FailStopDecoder');

/** Gives each byte as a number; 0 is an error of ours, 255 an unexpected one. */
const core = () => ({
  push(chunk: Uint8Array, out: number[]): void {
    for (const byte of chunk) {
      if (byte === 0) throw new DecodeError('ERR_OXBOW_CODEC_TEST', 'zero', { offset: 0 });
      if (byte === 255) throw new TypeError('a bug');
      out.push(byte);
    }
  },
  finish(out: number[]): void {
    out.push(-1);
  },
});

test('gives what the core completes, and at the end what it held', () => {
  const decoder = new FailStopDecoder(core());
  assert.equal(decoder.decode(Uint8Array.of(1, 2)), [1, 2]);
  assert.equal(decoder.end(), [-1]);
  assert.equal(decoder.end(), []);
});

test('an error takes the values of its chunk along and is thrown again', () => {
  const decoder = new FailStopDecoder(core());
  const error = errorOf(() => decoder.decode(Uint8Array.of(1, 2, 0, 3)));
  assert.equal(error.decoded, [1, 2]);
  assert.is(
    errorOf(() => decoder.decode(Uint8Array.of(4))),
    error,
  );
  assert.is(
    errorOf(() => decoder.end()),
    error,
  );
});

test('an unexpected error stops it as well', () => {
  const decoder = new FailStopDecoder(core());
  const error = errorOf(() => decoder.decode(Uint8Array.of(255)));
  assert.instance(error, TypeError);
  assert.is(
    errorOf(() => decoder.end()),
    error,
  );
});

test('an error at the end is thrown again too', () => {
  const failing = {
    push: () => {},
    finish: () => {
      throw new DecodeError('ERR_OXBOW_CODEC_TEST', 'cut off', { offset: 1 });
    },
  };
  const decoder = new FailStopDecoder(failing);
  const error = errorOf(() => decoder.end());
  assert.is(
    errorOf(() => decoder.end()),
    error,
  );
});

test('requireBytes takes Uint8Arrays and names what it refuses', () => {
  requireBytes(Buffer.alloc(1));
  assert.match(errorOf(() => requireBytes('x')).message, /got a string/);
  assert.match(errorOf(() => requireBytes(new ArrayBuffer(1))).message, /got ArrayBuffer/);
  assert.match(errorOf(() => requireBytes(null)).message, /got null/);
  assert.match(errorOf(() => requireBytes(Object.create(null))).message, /got an object/);
});

test.run();
