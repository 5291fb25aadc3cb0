import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, jsonl } from '../src/index.ts';
import { describe, errorOf, feed, hex, utf8 } from './feed.ts';

const test = suite('jsonl()');

test('one value a line, LF or CRLF, the last end optional, at every cut', () => {
  everySplit(utf8('{"a":1}\r\n[2]\n"drei 😀"\nnull'), (chunks) => {
    assert.equal(feed(jsonl(), chunks), { values: [{ a: 1 }, [2], 'drei 😀', null], error: undefined });
  });
});

test('blank lines are skipped, and a BOM at the start', () => {
  everySplit(utf8('\ufeff1\n\n \t\r\n2\n\n'), (chunks) => {
    assert.equal(feed(jsonl(), chunks).values, [1, 2]);
  });
});

test('an error names line and byte, blank lines counted, at every cut', () => {
  everySplit(utf8('{"a":1}\n\n{"é" 2}\n'), (chunks) => {
    const { values, error } = feed(jsonl(), chunks);
    assert.equal(values, [{ a: 1 }]);
    const { code, offset, line, message } = describe(error) as {
      code: string;
      offset: number;
      line: number;
      message: string;
    };
    assert.equal([code, offset, line], ['ERR_OXBOW_CODEC_INVALID_JSON', 15, 3]);
    assert.match(message, /^jsonl\(\): line 3, byte 15: /);
  });
});

test('a cut-off last line is an error at its end', () => {
  const { values, error } = feed(jsonl(), [utf8('1\n{"a":')]);
  assert.equal(values, [1]);
  assert.equal(
    [error?.code, (error as unknown as { offset: number }).offset],
    ['ERR_OXBOW_CODEC_INVALID_JSON', 7],
  );
});

test('bytes that are not UTF-8 are an error', () => {
  everySplit(hex('31 0a 22 ff 22 0a'), (chunks) => {
    const { values, error } = feed(jsonl(), chunks);
    assert.equal(values, [1]);
    assert.equal(
      [error?.code, (error as unknown as { offset: number }).offset],
      ['ERR_OXBOW_CODEC_INVALID_TEXT', 3],
    );
  });
});

test('a line of maxLineBytes passes, one byte more does not', () => {
  const limited = jsonl({ maxLineBytes: 6 });
  everySplit(utf8('"1234"\n'), (chunks) => {
    assert.equal(feed(limited, chunks).values, ['1234']);
  });
  everySplit(utf8('1\n"12345"\n'), (chunks) => {
    const { values, error } = feed(limited, chunks);
    assert.equal(values, [1]);
    const { limitBytes, actualBytes, line } = error as FrameTooLargeError;
    assert.equal([limitBytes, actualBytes, line], [6, 7, 2]);
  });
  assert.equal(limited.encode('1234'), utf8('"1234"\n'));
  assert.is(errorOf(() => limited.encode('12345')).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

test('validate makes the value, or the line an error with its cause', () => {
  const cause = new Error('no id');
  const codec = jsonl<{ id: number }>({
    validate: (value) => {
      if (typeof (value as { id?: unknown }).id !== 'number') throw cause;
      return { id: (value as { id: number }).id };
    },
  });
  const { values, error } = feed(codec, [utf8('{"id":1,"more":2}\n{"id":"x"}\n')]);
  assert.equal(values, [{ id: 1 }]);
  assert.equal(
    [error?.code, error?.cause, (error as unknown as { line: number }).line],
    ['ERR_OXBOW_CODEC_REJECTED', cause, 2],
  );
});

test('a __proto__ key becomes an own property and touches no prototype', () => {
  const value = jsonl<object>().decode(utf8('{"__proto__":{"polluted":true}}'));
  assert.ok(Object.hasOwn(value, '__proto__'));
  assert.is(Object.getPrototypeOf(value), Object.prototype);
  assert.is(({} as Record<string, unknown>).polluted, undefined);
});

test('what JSON cannot carry is refused', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  for (const value of [undefined, () => 1, Symbol('x'), 1n, loop]) {
    assert.is(errorOf(() => jsonl().encode(value)).code, 'ERR_OXBOW_CODEC_UNENCODABLE');
  }
});

test('each value is written on one line', () => {
  assert.equal(jsonl().encode({ text: 'a\nb' }), utf8('{"text":"a\\nb"}\n'));
});

test.run();
