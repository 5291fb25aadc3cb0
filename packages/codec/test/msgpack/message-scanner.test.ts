import { assert, everySplit, suite } from '@oxbow/testkit';
import { Packr } from 'msgpackr';
import { MessageScanner, type ScanRules } from '../../src/msgpack/message-scanner.ts';
import { concat, errorOf, hex } from '../feed.ts';

const RULES: ScanRules = {
  where: 'x()',
  maxDepth: 10,
  maxFrameBytes: 1000,
  allowedTypes: new Uint8Array(256),
  typedArrays: false,
  records: false,
  maps: false,
};

const test = suite('MessageScanner');

test('knows the size of every token', () => {
  const messages = [
    '00',
    '7f',
    'e0',
    'ff',
    'c0',
    'c2',
    'c3',
    'ca00000000',
    'cb0000000000000000',
    'cc00',
    'cd0000',
    'ce00000000',
    'cf0000000000000000',
    'd000',
    'd10000',
    'd200000000',
    'd30000000000000000',
    'a0',
    'a16f',
    'd90161',
    'da000161',
    'db0000000161',
    'c400',
    'c5000100',
    'c60000000100',
    '90',
    '9100',
    'dc000100',
    'dd0000000100',
    '80',
    '810000',
    'de00010000',
    'df000000010000',
  ].map(hex);
  for (const message of messages) {
    const scanner = new MessageScanner(RULES);
    scanner.scan(message, 0, message.length, 0);
    // One byte more or less than the message is noticed.
    assert.is(
      errorOf(() => scanner.scan(concat([message, hex('00')]), 0, message.length + 1, 0)).code,
      'ERR_OXBOW_CODEC_TRAILING_BYTES',
    );
    for (let cut = 0; cut < message.length; cut++) {
      assert.is(
        errorOf(() => scanner.scan(message.subarray(0, cut), 0, cut, 0)).code,
        'ERR_OXBOW_CODEC_TRUNCATED',
      );
    }
  }
});

test('finds the end of a message wherever it is cut, without the bytes after it', () => {
  const message = new Uint8Array(
    new Packr({ useRecords: false }).pack({ a: [1, 'x'.repeat(40), { b: null }], c: -5, d: 1.5 }),
  );
  everySplit(message, (chunks) => {
    const scanner = new MessageScanner(RULES);
    scanner.begin(0);
    let held = new Uint8Array(0);
    for (const [index, chunk] of chunks.entries()) {
      held = concat([held, chunk]) as typeof held;
      const isComplete = scanner.resume(held, 0, held.length);
      assert.is(isComplete, held.length === message.length, `after chunk ${index}`);
    }
    assert.is(scanner.messageBytes, message.length);
  });
});

test('reads a message in the middle of a buffer, offsets counted from the stream', () => {
  const bytes = hex('ffff 92 01 c1 ffff');
  const error = errorOf(() => new MessageScanner(RULES).scan(bytes, 2, 5, 100));
  assert.is(error.offset, 102);
});

test('a record definition holds until it is forgotten', () => {
  const scanner = new MessageScanner({ ...RULES, records: true });
  const definition = hex('d47240 92 a161 a162 01 02');
  scanner.scan(definition, 0, definition.length, 0);
  scanner.scan(hex('40 03 04'), 0, 3, 0);
  assert.is(errorOf(() => scanner.scan(hex('40 03'), 0, 2, 0)).code, 'ERR_OXBOW_CODEC_TRUNCATED');
  scanner.forgetRecords();
  assert.is(errorOf(() => scanner.scan(hex('40 03 04'), 0, 3, 0)).code, 'ERR_OXBOW_CODEC_INVALID_MSGPACK');
});

test('the names of a definition are strings, and at most 16 KiB of them', () => {
  const scanner = new MessageScanner({ ...RULES, records: true, maxFrameBytes: 2 ** 20 });
  assert.match(
    errorOf(() => scanner.scan(hex('d47240 91 01 01'), 0, 6, 0)).message,
    /a field name is no string/,
  );
  const withName = (bytes: number): Uint8Array => {
    const name = new Uint8Array(bytes).fill(97);
    return concat([hex('d47240 91 da'), Uint8Array.of(bytes >> 8, bytes & 255), name, hex('01')]);
  };
  const fits = withName(16 * 1024 - 3);
  scanner.scan(fits, 0, fits.length, 0);
  const tooLong = withName(16 * 1024 - 2);
  assert.match(errorOf(() => scanner.scan(tooLong, 0, tooLong.length, 0)).message, /16384 bytes of names/);
});

test.run();
